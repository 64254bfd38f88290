// Raw answers to Node's client: what does a program get to see?
const http = require('node:http');
const net = require('node:net');

const ok = 'HTTP/1.1 200 OK\r\n';
const two = 'Content-Length: 2\r\n\r\nhi';
const cases = [
  ['a reason', `HTTP/1.1 200 So Be It\r\n${two}`],
  ['no reason', `HTTP/1.1 299 \r\n${two}`],
  ['fields', `${ok}X-A: 1\r\nx-a: 2\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n${two}`],
  ['fields of which the first counts', `${ok}ETag: a\r\nETag: b\r\nServer: a\r\nServer: b\r\n${two}`],
  ['trailers', `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nSum: 2\r\n\r\n`],
  ['cut off', `${ok}Content-Length: 5\r\n\r\nhi`],
  ['nothing', ''],
  ['no HTTP', 'hi\r\n\r\n'],
  ['a head of 16 KiB', `${ok}X: ${'x'.repeat(16384)}\r\n${two}`],
  ['hints, hints, an answer', `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(2)}${ok}${two}`],
];

let answer;
const server = net.createServer((socket) => {
  socket.on('error', () => {}).once('data', () => socket.end(answer));
});

function exchange([[name, bytes], ...others]) {
  console.log(name);
  answer = bytes;
  const { port } = server.address();
  const request = http.get({ port, host: '127.0.0.1', agent: false }, (response) => {
    console.log(`  ${response.statusCode} ${response.statusMessage}`);
    for (const [name, value] of Object.entries(response.headers)) {
      if (!/^(content-length|transfer-encoding)$/.test(name)) console.log(`  ${name}: ${value}`);
    }
    response.on('data', (data) => console.log(`  "${data}"`));
    response.on('error', (error) => console.log(`  ${error.code} ${error.message}`));
    response.on('end', () => {
      console.log(`  end ${Object.entries(response.trailers)}`.trimEnd());
    });
  });
  request.on('information', ({ statusCode }) => console.log(`  information ${statusCode}`));
  request.on('error', (error) => console.log(`  ${error.code}`));
  request.on('close', () => setImmediate(() => {
    if (others.length > 0) exchange(others);
    else server.close();
  }));
}

server.listen(0, '127.0.0.1', () => exchange(cases));
