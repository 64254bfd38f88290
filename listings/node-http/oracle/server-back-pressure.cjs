// What `write` returns while a handler writes 16 KiB at a time, and when 'drain' comes.
const http = require('node:http');
const net = require('node:net');

const piece = 'x'.repeat(16384);
const request = (path) =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
const sixWrites = (res) => Array.from({ length: 6 }, () => res.write(piece)).join();
const cases = {
  chunks: (res) => console.log(`  ${sixWrites(res)}`),
  'a length': (res) => {
    res.setHeader('Content-Length', 6 * piece.length);
    console.log(`  ${sixWrites(res)}`);
  },
  'behind another response': (res, req) => {
    if (req.url === '/1') {
      setImmediate(() => res.end());
      return res.removeAllListeners('drain');
    }
    console.log(`  ${sixWrites(res)}`);
  },
};

const server = http.createServer((req, res) => {
  res.on('drain', () => {
    console.log(`  drain, ${res.writableLength} left`);
    res.end();
  });
  handler(res, req);
});
let handler;

function exchange([[name, handle], ...others]) {
  console.log(name);
  handler = handle;
  let read = 0;
  const client = net.connect(server.address().port, '127.0.0.1');
  client.on('data', (data) => { read += data.length; });
  client.on('close', () => {
    console.log(`  ${read > 6 * piece.length ? 'all' : 'not all'} was read`);
    if (others.length > 0) exchange(others);
    else server.close();
  });
  const first = request('/1').replace('Connection: close\r\n', '');
  client.write(name.startsWith('behind') ? first + request('/2') : request('/'));
}

server.listen(0, '127.0.0.1', () => exchange(Object.entries(cases)));
