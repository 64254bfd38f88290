// Where the content of a response ends, and whether the connection goes on behind it:
// what does the server choose?
const http = require('node:http');
const net = require('node:net');

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const HEAD = GET.replace('GET', 'HEAD');
const OLD = 'GET / HTTP/1.0\r\n\r\n';
const STAYS = 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n';
const cases = [
  ['end with content', GET, (res) => res.end('hello')],
  ['end with nothing', GET, (res) => res.end()],
  ['write, then end', GET, (res) => { res.write('hello'); res.end(); }],
  ['write, write, end', GET, (res) => {
    res.write('a');
    res.write('bc');
    res.end('d');
  }],
  ['writes in two ticks', GET, (res) => {
    res.write('a');
    setImmediate(() => { res.write('b'); res.end(); });
  }],
  ['flushHeaders, then end', GET, (res) => { res.flushHeaders(); res.end('hello'); }],
  ['a length of its own', GET, (res) => {
    res.setHeader('Content-Length', 5);
    res.write('hel');
    res.end('lo');
  }],
  ['no length, no chunks', GET, (res) => {
    res.removeHeader('Content-Length');
    res.removeHeader('Transfer-Encoding');
    res.end('hello');
  }],
  ['no length', GET, (res) => {
    res.removeHeader('content-length');
    res.end('hello');
  }],
  ['trailers', GET, (res) => {
    res.writeHead(200, { Trailer: 'Sum' });
    res.write('hello');
    res.addTrailers({ Sum: '5' });
    res.end();
  }],
  ['to HEAD, content', HEAD, (res) => res.end('hello')],
  ['to HEAD, write', HEAD, (res) => { res.write('hello'); res.end(); }],
  ['204', GET, (res) => { res.statusCode = 204; res.end('hello'); }],
  ['304', GET, (res) => { res.writeHead(304, { ETag: 'x' }); res.end(); }],
  ['204, chunked', GET, (res) => {
    res.writeHead(204, { 'Transfer-Encoding': 'chunked' });
    res.end();
  }],
  ['to HTTP/1.0, content', OLD, (res) => res.end('hello')],
  ['to HTTP/1.0, write', OLD, (res) => { res.write('hello'); res.end(); }],
  ['to HTTP/1.0 that stays', STAYS, (res) => res.end('hello')],
];

// Comes behind each request. It is answered if the connection goes on.
const next = 'GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

const server = http.createServer((request, response) => {
  if (request.url === '/next') response.end();
  else handler(response);
});
let handler;

function show(bytes) {
  const masked = bytes.replace(/Date: [^\r]*/g, 'Date: *');
  for (const line of masked.split(/(?<=\n)/)) {
    console.log(`  ${JSON.stringify(line).slice(1, -1)}`);
  }
}

function exchange([[name, request, handle], ...others]) {
  handler = handle;
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.setEncoding('latin1').on('data', (data) => { answer += data; });
  client.on('close', () => {
    const end = answer.indexOf('HTTP/1.1 200', 1);
    console.log(`${name}: ${end < 0 ? 'closes' : 'goes on'}`);
    show(end < 0 ? answer : answer.slice(0, end));
    if (others.length > 0) exchange(others);
    else server.close();
  });
  client.write(request + next);
}

server.listen(0, '127.0.0.1', () => exchange(cases));
