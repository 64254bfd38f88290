// Two requests in one write; the first says how long its content is, and is wrong.
const http = require('node:http');
const net = require('node:net');

const two = (length) =>
  `POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\nhello` +
  'GET /2 HTTP/1.1\r\nHost: a\r\n\r\n';

const server = http.createServer((request, response) => {
  console.log(`  ${request.method} ${request.url}`);
  request.resume().on('error', () => {}).on('end', () => response.end());
});
server.on('clientError', (error, socket) => {
  console.log(`  ${error.code}`);
  socket.destroy();
});

function send([length, ...others]) {
  console.log(`Content-Length: ${length}`);
  const client = net.connect(server.address().port, '127.0.0.1');
  client.on('error', () => {});
  client.resume().on('close', () => {
    if (others.length > 0) send(others);
    else server.close();
  });
  client.end(two(length));
}

// 5 is right; the fourth reaches to the end of everything, the fifth a byte beyond.
const all = two(10).length - two(10).indexOf('hello');
server.listen(0, '127.0.0.1', () => send([5, 4, 6, all, all + 1]));
