// Raw bytes to a Node server: which of these could hide a second request?
const http = require('node:http');
const net = require('node:net');

const head = 'POST / HTTP/1.1\r\nHost: a\r\n';
const length = 'Content-Length: 5\r\n';
const chunked = 'Transfer-Encoding: chunked\r\n';
const cases = {
  'length and chunked': `${head}${length}${chunked}\r\n`,
  'chunked and length': `${head}${chunked}${length}\r\n`,
  'two lengths': `${head}${length}Content-Length: 6\r\n\r\n`,
  'signed length': `${head}Content-Length: +5\r\n\r\n`,
  'chunked twice': `${head}Transfer-Encoding: chunked, chunked\r\n\r\n`,
  'space before colon': `${head}Content-Length : 5\r\n\r\n`,
  'folded field': `${head}X: a\r\n b\r\n\r\n`,
  'NUL in value': `${head}X: a\0b\r\n\r\n`,
  'CR in value': `${head}X: a\r${length}\r\n`,
  'LF in request line': 'GET / HTTP/1.1\nHost: a\r\n\r\n',
  'LF behind a field': `${head}X: a\n${length}\r\n`,
  'LF behind a chunk size': `${head}${chunked}\r\n5\nhello\r\n0\r\n\r\n`,
  'space behind a chunk size': `${head}${chunked}\r\n0 \r\n\r\n`,
  'chunk size 0x5': `${head}${chunked}\r\n0x5\r\nhello\r\n0\r\n\r\n`,
};

const server = http.createServer((request, response) => {
  request.resume().on('error', () => {}).on('end', () => response.end());
});
let code;
server.on('clientError', (error, socket) => {
  code = error.code;
  socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
});

function send([[name, bytes], ...others]) {
  code = undefined;
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.on('data', (data) => { answer += data; });
  client.on('close', () => {
    console.log(`${name}: ${answer.slice(9, 12)} ${code}`);
    if (others.length > 0) send(others);
    else server.close();
  });
  client.end(bytes, 'latin1');
}

server.listen(0, '127.0.0.1', () => send(Object.entries(cases)));
