// The four forms of a target, as the server's handlers see them.
const http = require('node:http');
const net = require('node:net');

const cases = [
  'GET /a/../b%2F?c=d HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET http://example.com/a?b HTTP/1.1\r\nHost: x\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
  'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\nhello',
];

const server = http.createServer((request, response) => {
  console.log(`request: ${request.method} ${request.url}`);
  response.end();
});
server.on('connect', (request, socket, head) => {
  console.log(`connect: ${request.method} ${request.url}, then ${head}`);
  socket.end();
});

function send([bytes, ...others]) {
  const client = net.connect(server.address().port, '127.0.0.1');
  client.resume().on('close', () => {
    if (others.length > 0) send(others);
    else server.close();
  });
  client.end(bytes);
}

server.listen(0, '127.0.0.1', () => send(cases));
