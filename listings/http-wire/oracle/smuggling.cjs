// Raw bytes to Node servers: which of these could hide a second request?
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

const handler = (request, response) => {
  request.resume().on('error', () => {}).on('end', () => response.end());
};
// One server answers as Node does, the other one is told why.
const answers = http.createServer(handler);
let code;
const listens = http.createServer(handler).on('clientError', (error, socket) => {
  code = error.code;
  socket.destroy();
});

function send(server, bytes, next) {
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.on('data', (data) => { answer += data; }).on('error', () => {});
  client.on('close', () => next(answer.slice(9, 12)));
  client.end(bytes, 'latin1');
}

function run([[name, bytes], ...others]) {
  code = undefined;
  send(listens, bytes, () => send(answers, bytes, (status) => {
    console.log(`${name}: ${status} ${code}`);
    if (others.length > 0) return run(others);
    answers.close();
    listens.close();
  }));
}

answers.listen(0, '127.0.0.1', () =>
  listens.listen(0, '127.0.0.1', () => run(Object.entries(cases))));
