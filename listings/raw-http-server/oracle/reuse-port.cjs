// Who may listen on a port that somebody has?
const net = require('node:net');

const listen = (port, reusePort) =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.on('error', (error) => resolve({ says: error.code }));
    server.listen({ port, host: '127.0.0.1', reusePort }, () =>
      resolve({ server, says: 'listens, too' }),
    );
  });

const name = (reusePort) => (reusePort ? 'with SO_REUSEPORT' : 'plain');

(async () => {
  for (const first of [false, true]) {
    for (const second of [false, true]) {
      const { server } = await listen(0, first);
      const { port } = server.address();
      const other = await listen(port, second);
      console.log(`${name(first)}, then ${name(second)}: ${other.says}`);
      server.close();
      other.server?.close();
    }
  }
})();
