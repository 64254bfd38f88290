// What node:http answers to the bytes of hostile.json.
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');
const { buffer } = require('node:stream/consumers');

const cases = require(path.join(__dirname, '../hostile.json'));
const next = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';

const server = http.createServer((request, response) => {
  request.resume();
  request.on('error', () => {});
  request.on('end', () => response.end());
});

server.listen(0, '127.0.0.1', async () => {
  for (const [name, message] of cases) {
    const socket = net.connect(server.address().port, '127.0.0.1');
    socket.end(message + (name.startsWith('half') ? '' : next), 'latin1');
    const answer = (await buffer(socket)).toString('latin1');
    const statuses = answer
      .split('HTTP/1.1 ')
      .slice(1)
      .map((text) => text.slice(0, 3));
    console.log(name.padEnd(20), statuses.join(', ') || 'closed');
  }
  server.close();
});
