// Three requests in a row: in one write, in two, byte by byte.
const http = require('node:http');
const net = require('node:net');
const { buffer } = require('node:stream/consumers');

const requests =
  'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello' +
  'POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n' +
  '3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n' +
  'GET /plaintext HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

const server = http.createServer(async (request, response) => {
  const body = await buffer(request);
  response.end(request.method === 'POST' ? body : 'Hello, World!');
});

// Statuses and content; what else is in a head is another matter.
const answers = (text) =>
  text
    .split('HTTP/1.1 ')
    .slice(1)
    .map((answer) => `${answer.slice(0, 3)} ${answer.split('\r\n\r\n')[1]}`)
    .join(', ');

const ask = async (pieces) => {
  const socket = net.connect(server.address().port, '127.0.0.1');
  socket.setNoDelay();
  const all = buffer(socket);
  for (const piece of pieces) {
    await new Promise((resolve) => socket.write(piece, resolve));
  }
  return answers((await all).toString('latin1'));
};

server.listen(0, '127.0.0.1', async () => {
  console.log('in one write:', await ask([requests]));
  const half = requests.length >> 1;
  console.log('in two:', await ask([requests.slice(0, half), requests.slice(half)]));
  console.log('byte by byte:', await ask(requests));
  server.close();
});
