// A MiB of each flood to a Node server, and behind it what makes the request complete.
const http = require('node:http');
const net = require('node:net');

const flood = (text) => text.repeat(2 ** 20 / text.length);
const get = 'GET / HTTP/1.1\r\nHost: a\r\n';
const chunked = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
const cases = {
  'a target without end': `GET /${flood('a')} HTTP/1.1\r\nHost: a\r\n\r\n`,
  'fields without end': `${get}${flood('X: abc\r\n')}\r\n`,
  'empty lines': `${flood('\r\n')}${get}\r\n`,
  'zeros before a size': `${chunked}${flood('0')}5\r\nhello\r\n0\r\n\r\n`,
  'an extension a chunk': `${chunked}${flood('1;abcdefg\r\nx\r\n')}0\r\n\r\n`,
  'trailers without end': `${chunked}0\r\n${flood('X: abc\r\n')}\r\n`,
};

let result;
const server = http.createServer((request, response) => {
  request.resume().on('error', () => {}).on('end', () => {
    result = 'taken';
    response.end();
  });
});
server.on('clientError', (error, socket) => {
  result = error.code;
  socket.destroy();
});

function send([[name, bytes], ...others]) {
  result = 'nothing';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.resume().on('error', () => {}).on('close', () => {
    console.log(`${name}: ${result}`);
    if (others.length > 0) send(others);
    else server.close();
  });
  client.end(bytes);
}

server.listen(0, '127.0.0.1', () => send(Object.entries(cases)));
