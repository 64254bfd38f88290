// A client waits for 100 Continue; the handler answers without the body.
const http = require('node:http');
const net = require('node:net');

const server = http.createServer((request, response) => {
  response.statusCode = 413;
  response.end();
});

server.listen(0, '127.0.0.1', () => {
  const socket = net.connect(server.address().port, '127.0.0.1');
  socket.write(
    'POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n' +
      'Content-Length: 1000000\r\n\r\n',
  );
  let text = '';
  socket.on('data', (data) => {
    text += data;
    // Both have an empty line behind their head.
    if (text.split('\r\n\r\n').length < 3) return;
    for (const line of text.split('\r\n')) {
      if (/^(HTTP|Connection)/.test(line)) console.log('<', line);
    }
    socket.destroy();
    server.close();
  });
});
