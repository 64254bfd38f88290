// A server is closed while it answers. The client asks on, on the same connection.
const http = require('node:http');
const net = require('node:net');

let release;
const server = http.createServer((request, response) => {
  if (request.url === '/0') release = () => response.end('answer');
  else response.end('answer');
});

server.listen(0, '127.0.0.1', () => {
  const socket = net.connect(server.address().port, '127.0.0.1');
  let asked = 0;
  const ask = () => socket.write(`GET /${asked++} HTTP/1.1\r\nHost: x\r\n\r\n`);
  ask();
  socket.on('data', (data) => {
    const connection = /^Connection: .*$/m.exec(data)[0];
    console.log(`GET /${asked - 1}: ${data.toString().slice(9, 15)}, ${connection}`);
    if (asked < 4) return ask();
    socket.destroy();
  });
  const stop = setInterval(() => {
    if (!release) return;
    clearInterval(stop);
    server.close(() => console.log('the server is closed'));
    console.log('server.close()');
    release();
  }, 1);
});
