// Two requests through one Agent; the answer to the first, a HEAD, has a length or none.
const http = require('node:http');

const server = http.createServer((req, res) => {
  if (req.url === '/length') res.setHeader('Content-Length', 5);
  res.end('hello');
});

function ask(method, path, agent) {
  return new Promise((resolve) => {
    const options = { port: server.address().port, host: '127.0.0.1', method, path, agent };
    const request = http.request(options, (response) => response.resume());
    request.on('close', () => setImmediate(resolve, request.reusedSocket));
    request.end();
  });
}

server.listen(0, '127.0.0.1', async () => {
  for (const path of ['/length', '/none']) {
    const agent = new http.Agent({ keepAlive: true });
    await ask('HEAD', path, agent);
    const again = await ask('GET', path, agent);
    console.log(`HEAD ${path}: the connection is ${again ? 'used again' : 'closed'}`);
    agent.destroy();
  }
  server.close();
});
