// What a server answers before, or instead of, asking the handler.
const http = require('node:http');
const net = require('node:net');

const plain = (res, req) => req.resume().on('end', () => res.end('served'));
const head = 'POST / HTTP/1.1\r\nHost: a\r\n';
const cases = [
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', plain],
  ['no HTTP', 'hello\r\n\r\n', plain],
  ['a method it does not know', 'FOO / HTTP/1.1\r\nHost: a\r\n\r\n', plain],
  ['two lengths', `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, plain],
  ['length and chunks', `${head}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, plain],
  ['a head of 16 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(16384)}\r\n\r\n`, plain],
  ['16 KiB of chunk extensions',
    `${head}Transfer-Encoding: chunked\r\n\r\n5;${'x'.repeat(16385)}\r\nhello\r\n0\r\n\r\n`, plain],
  ['another expectation', `${head}Expect: tea\r\nContent-Length: 0\r\n\r\n`, plain],
  ['an error behind a request', `GET / HTTP/1.1\r\nHost: a\r\n\r\nhello\r\n\r\n`, plain],
  ['an error in the content, answered already',
    `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx\r\n`, (res) => res.end('early')],
  ['an error in the content, half answered',
    `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx\r\n`, (res) => res.write('early')],
  ['a request cut off', 'GET / HTTP/1.1\r\nHo', plain],
  ['content cut off', `${head}Content-Length: 5\r\n\r\nhel`, plain],
];

const server = http.createServer((request, response) => handler(response, request));
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
    console.log(name);
    show(answer);
    if (others.length > 0) exchange(others);
    else server.close();
  });
  client.end(request, 'latin1');
}

server.listen(0, '127.0.0.1', () => exchange(cases));
