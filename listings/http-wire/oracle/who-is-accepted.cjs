// Eight requests: which does Node serve?
const http = require('node:http');
const net = require('node:net');

const cases = {
  'Host twice': 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
  'HTTP/1.1 without Host': 'GET / HTTP/1.1\r\n\r\n',
  'HTTP/1.0 without Host': 'GET / HTTP/1.0\r\n\r\n',
  'HTTP/1.2': 'GET / HTTP/1.2\r\nHost: a\r\n\r\n',
  'HTTP/2.0': 'GET / HTTP/2.0\r\nHost: a\r\n\r\n',
  'get in lower case': 'get / HTTP/1.1\r\nHost: a\r\n\r\n',
  'PURGE': 'PURGE / HTTP/1.1\r\nHost: a\r\n\r\n',
  'chunked in HTTP/1.0':
    'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
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
