// A server that announces a timeout of 2 s, and an idle socket 1.5 s later: has the
// Agent closed it in time?
const http = require('node:http');

const server = http.createServer({ keepAliveTimeout: 2000 }, (req, res) => res.end());

server.listen(0, '127.0.0.1', () => {
  const agents = {
    'no timeout of its own': new http.Agent({ keepAlive: true }),
    'a timeout of 5 s': new http.Agent({ keepAlive: true, timeout: 5000 }),
  };
  for (const agent of Object.values(agents)) {
    const { port } = server.address();
    http.get({ port, host: '127.0.0.1', agent }, (response) => response.resume());
  }
  setTimeout(() => {
    for (const [name, agent] of Object.entries(agents)) {
      console.log(`${name}: ${Object.values(agent.freeSockets).flat().length} idle`);
      agent.destroy();
    }
    server.close();
  }, 1500);
});
