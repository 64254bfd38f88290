// A client that reads nothing, and two handlers: one that looks at what write() returns,
// and one that does not. How much waits in the process?
const http = require('node:http');
const net = require('node:net');

const PART = Buffer.alloc(100_000, 'x');
const PATHS = ['/heeds', '/ignores'];

const server = http.createServer((request, response) => {
  const heeds = request.url === '/heeds';
  let parts = 0;
  while (parts < 1000) {
    parts += 1;
    if (!response.write(PART) && heeds) break;
  }
  const waits = response.writableLength > 50_000_000;
  console.log(`${request.url}: ${parts} parts written, more than 50 MB wait: ${waits}`);
  request.on('close', next).destroy();
});

function next() {
  const path = PATHS.shift();
  if (!path) return server.close();
  const client = net.connect(server.address().port, '127.0.0.1');
  client.on('error', () => {}).pause();
  client.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
}

server.listen(0, '127.0.0.1', next);
