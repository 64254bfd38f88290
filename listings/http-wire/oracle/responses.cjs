// Raw responses to Node's client: where does the content end?
const http = require('node:http');
const net = require('node:net');

const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = 'Transfer-Encoding: chunked\r\n\r\n';
const early = 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n';
const cases = [
  ['GET', 'length', `${ok}Content-Length: 5\r\n\r\nhello`],
  ['GET', 'chunked', `${ok}${chunked}5\r\nhello\r\n0\r\nSum: 1\r\n\r\n`],
  ['GET', 'until close', `${ok}\r\nhello`],
  ['GET', 'gzip until close', `${ok}Transfer-Encoding: gzip\r\n\r\nhello`],
  ['HEAD', 'HEAD with length', `${ok}Content-Length: 5\r\n\r\n`],
  ['GET', '204 with length', 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n'],
  ['GET', '304 with length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
  ['GET', '103, then 200', `${early}${ok}Content-Length: 2\r\n\r\nhi`],
  ['GET', 'no reason', 'HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi'],
  ['GET', 'truncated length', `${ok}Content-Length: 5\r\n\r\nhel`],
  ['GET', 'truncated chunk', `${ok}${chunked}5\r\nhel`],
  ['GET', 'length and chunked', `${ok}Content-Length: 5\r\n${chunked}`],
  ['GET', 'two lengths', `${ok}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`],
  ['GET', 'HTTP/3.0', 'HTTP/3.0 200 OK\r\n\r\n'],
  ['GET', 'no HTTP', 'hello\r\n\r\n'],
  ['CONNECT', 'tunnel', `${ok}Content-Length: 5\r\n\r\nnot HTTP`],
];

let bytes;
const server = net.createServer((socket) => {
  socket.once('data', () => socket.end(bytes)).on('error', () => {});
});

function ask([[method, name, response], ...others]) {
  bytes = response;
  let told = false;
  const next = (result) => {
    if (told) return;
    told = true;
    console.log(`${name}: ${result}`);
    if (others.length > 0) ask(others);
    else server.close();
  };
  const { port } = server.address();
  const path = method === 'CONNECT' ? 'a:1' : '/';
  const request = http.request({ port, host: '127.0.0.1', method, path, agent: false });
  request.on('response', (response) => {
    let body = '';
    let failed = false;
    response.setEncoding('latin1').on('data', (data) => { body += data; });
    response.on('error', () => { failed = true; });
    response.on('close', () => {
      const end = failed ? 'truncated' : 'complete';
      next(`${response.statusCode} "${body}" ${end}`);
    });
  });
  request.on('connect', (response, socket, head) => {
    socket.destroy();
    next(`${response.statusCode} then "${head}"`);
  });
  request.on('error', (error) => next(error.code));
  request.end();
}

server.listen(0, '127.0.0.1', () => ask(cases));
