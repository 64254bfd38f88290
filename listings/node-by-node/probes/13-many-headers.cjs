// 1,502 headers sent
const http = require('http');
const net = require('net');
const server = http.createServer((request, response) => response.end());
server.listen(0, '127.0.0.1', () => {
  const socket = net.connect(server.address().port, '127.0.0.1');
  const headers = Array.from({ length: 1500 }, (_, i) => `X-${i}: 1\r\n`).join('');
  socket.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`);
  socket.once('data', (data) => {
    console.log(String(data).split(' ')[1]);
    process.exit();
  });
});
