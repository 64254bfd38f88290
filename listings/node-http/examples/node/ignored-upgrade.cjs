// A request offers another protocol, and the server has no 'upgrade' listener. Behind it
// stand a second request in the same packet, and a third in the next.
const http = require('node:http');
const net = require('node:net');

const request = (path, fields = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const offer = 'Connection: Upgrade\r\nUpgrade: a\r\n';

const server = http.createServer((request, response) => {
  console.log(`handler of ${request.url}`);
  response.end();
});

server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1');
  client.write(request('/1', offer) + request('/2'));
  client.once('data', () => client.end(request('/3')));
  client.on('close', () => server.close());
});
