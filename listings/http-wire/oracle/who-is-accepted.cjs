// Eight requests: which does Node serve?
const http = require('node:http');
const net = require('node:net');

const cases = {
  'HTTP/1.1 without Host': 'GET / HTTP/1.1\r\n\r\n',
  'Host without a value': 'GET / HTTP/1.1\r\nHost:\r\n\r\n',
  'HTTP/1.0 without Host': 'GET / HTTP/1.0\r\n\r\n',
  'PURGE': 'PURGE / HTTP/1.1\r\nHost: a\r\n\r\n',
  'a tab behind GET': 'GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n',
  'a slash in a name': 'GET / HTTP/1.1\r\nHost: a\r\nA/B: c\r\n\r\n',
  'length 007':
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n1234567',
  'last chunk 000':
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n000\r\n\r\n',
};

const server = http.createServer((request, response) => response.end());

function send([[name, bytes], ...others]) {
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.on('data', (data) => { answer += data; }).on('error', () => {});
  client.on('close', () => {
    console.log(`${name}: ${answer.slice(9, 12)}`);
    if (others.length > 0) send(others);
    else server.close();
  });
  client.end(bytes);
}

server.listen(0, '127.0.0.1', () => send(Object.entries(cases)));
