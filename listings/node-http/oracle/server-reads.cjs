// What a handler sees of a request.
const http = require('node:http');
const net = require('node:net');

const request = (fields, start = 'GET / HTTP/1.1') => `${start}\r\nHost: a\r\n${fields}\r\n`;
const tell = (req) => Object.entries(req.headers).filter(([name]) => name !== 'host');
const cases = [
  ['field twice', request('X-A: 1\r\nx-a: 2\r\n'), tell],
  ['Cookie twice', request('Cookie: a=1\r\nCookie: b=2\r\n'), tell],
  ['Set-Cookie twice', request('Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n'), tell],
  ['User-Agent twice', request('User-Agent: a\r\nUser-Agent: b\r\n'), tell],
  ['Host twice', request('Host: b\r\n'), (req) => [req.headers.host]],
  ['as it came', request('x-A:  1 \r\n'), (req) => req.rawHeaders],
  ['distinct', request('X-A: 1\r\nx-a: 2\r\n'), (req) => req.headersDistinct['x-a']],
  ['the start line', request('', 'PUT /a/../b?c=%20 HTTP/1.1'), (req) => [req.method, req.url, req.httpVersion]],
  ['an absolute target', request('', 'GET http://x/y HTTP/1.1'), (req) => [req.url]],
  ['OPTIONS *', request('', 'OPTIONS * HTTP/1.1'), (req) => [req.method, req.url]],
  ['chunks and trailers',
    `${request('Transfer-Encoding: chunked\r\n', 'POST / HTTP/1.1')}5\r\nhello\r\n6\r\n world\r\n0\r\nSum: 11\r\nSum: x\r\n\r\n`,
    (req) => [Object.entries(req.trailers), req.rawTrailers]],
  ['content of a GET', `${request('Content-Length: 5\r\n')}hello`, () => []],
  ['more than its length', `${request('Content-Length: 2\r\n', 'POST / HTTP/1.1')}hiGET /more HTTP/1.1\r\nHost: a\r\n\r\n`, (req) => [req.url]],
];

const server = http.createServer((req, res) => {
  let body = '';
  req.setEncoding('latin1').on('data', (data) => { body += data; });
  req.on('end', () => res.end(`${JSON.stringify(told(req)).replaceAll('"', '')} ${body}`));
});
let told;

function exchange([[name, bytes, tell], ...others]) {
  told = tell;
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.setEncoding('latin1').on('data', (data) => { answer += data; });
  client.on('close', () => {
    console.log(name);
    for (const part of answer.split(/HTTP[^]*?\r\n\r\n/).slice(1)) console.log(`  ${part}`);
    if (others.length > 0) exchange(others);
    else server.close();
  });
  client.end(bytes, 'latin1');
}

server.listen(0, '127.0.0.1', () => exchange(cases));
