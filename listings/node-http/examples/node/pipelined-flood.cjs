// One connection sends requests in a row to a handler that does not answer yet. How many
// handlers does Node start?
const http = require('node:http');
const net = require('node:net');

const COUNT = 10_000;
let started = 0;

const server = http.createServer((request, response) => {
  started += 1;
  if (started === COUNT) {
    console.log(`sent ${COUNT} requests, answers 0, handlers started ${started}`);
    server.closeAllConnections();
    server.close();
  }
});

server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1');
  client.on('error', () => {});
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(COUNT));
});
