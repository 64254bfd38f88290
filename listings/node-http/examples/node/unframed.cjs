// A GET with content, by Node's client to Node's server, on a connection that is kept.
const http = require('node:http');

const server = http.createServer((req, res) => {
  console.log(`request ${req.method} ${req.url}`);
  req.resume().on('end', () => res.end('ok'));
});
server.on('clientError', (error, socket) => {
  console.log(`clientError ${error.code} at "${error.rawPacket}"`);
  socket.destroy();
});

server.listen(0, '127.0.0.1', () => {
  const agent = new http.Agent({ keepAlive: true });
  const { port } = server.address();
  const request = http.request({ port, host: '127.0.0.1', path: '/one', agent });
  request.end('GET /two HTTP/1.1\r\nHost: a\r\n\r\n');
  request.on('response', (response) => response.resume());
  request.on('error', (error) => console.log(error.code));
  request.on('close', () => {
    agent.destroy();
    server.close();
  });
});
