// What Node's client sends for what a program says.
const http = require('node:http');
const net = require('node:net');

const agent = new http.Agent();
const one = new http.Agent({ maxSockets: 1 });
const length = { 'Content-Length': 5 };
const chunked = { 'Transfer-Encoding': 'chunked' };
const cases = [
  ['get', {}, (req) => req.end()],
  ['get, another Agent', { agent }, (req) => req.end()],
  ['get, at most one socket', { agent: one }, (req) => req.end()],
  ['get, no Agent', { agent: false }, (req) => req.end()],
  ['fields', { headers: { 'X-A': '1', Host: 'b' } }, (req) => {
    req.setHeader('x-b', ['2', '3']);
    req.removeHeader('x-a');
    req.end();
  }],
  ['fields as a list', { headers: ['A', '1', 'a', '2', 'Host', 'b'] },
    (req) => req.end()],
  ['no default fields', { setDefaultHeaders: false }, (req) => req.end()],
  ['a path', { path: '/a?b' }, (req) => req.end()],
  ['HEAD', { method: 'HEAD' }, (req) => req.end()],
  ['a method in lower case', { method: 'purge' }, (req) => req.end()],
  ['POST nothing', { method: 'POST' }, (req) => req.end()],
  ['POST, end with content', { method: 'POST' }, (req) => req.end('hello')],
  ['POST, write, end', { method: 'POST' }, (req) => {
    req.write('hello');
    req.end();
  }],
  ['POST, write, write, end', { method: 'POST' }, (req) => {
    req.write('a');
    req.write('b');
    req.end('c');
  }],
  ['POST, a length of its own', { method: 'POST', headers: length }, (req) => {
    req.write('hel');
    req.end('lo');
  }],
  ['POST, trailers', { method: 'POST', headers: { Trailer: 'Sum' } }, (req) => {
    req.write('hello');
    req.addTrailers({ Sum: '5' });
    req.end();
  }],
  ['GET, chunked', { headers: chunked }, (req) => req.end('hello')],
  ['Connection: close', { headers: { Connection: 'close' } }, (req) => req.end()],
];

let bytes = '';
const server = net.createServer((socket) => {
  socket.setEncoding('latin1').on('data', (data) => {
    bytes += data;
    if (!complete(bytes)) return;
    socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
  });
});
// The end of chunks, or of "hello", or of the head where there is no content.
const complete = (bytes) => {
  if (/chunked/.test(bytes)) return /\r\n0\r\n(.*\r\n)*\r\n$/.test(bytes);
  return (/Content-Length: 5/.test(bytes) ? /hello$/ : /\r\n\r\n$/).test(bytes);
};

function show(bytes) {
  const masked = bytes.replace(/(Host: 127.0.0.1):\d+/, '$1:*');
  for (const line of masked.split(/(?<=\n)/)) {
    console.log(`  ${JSON.stringify(line).slice(1, -1)}`);
  }
}

function exchange([[name, options, send], ...others]) {
  bytes = '';
  const { port } = server.address();
  const request = http.request({ port, host: '127.0.0.1', ...options });
  request.on('response', (response) => response.resume().on('end', () => {
    console.log(name);
    show(bytes);
    if (others.length > 0) exchange(others);
    else server.close();
  }));
  send(request);
}

server.listen(0, '127.0.0.1', () => exchange(cases));
