// A handler answers at once. Something behind it in the same packet is wrong: who is
// answered?
const http = require('node:http');
const net = require('node:net');

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const chunked = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
const whole = `${chunked}1\r\na\r\n0\r\n\r\n`;
const fields = (count) => (
  `GET / HTTP/1.1\r\nHost: a\r\n${'A: b\r\n'.repeat(count - 1)}\r\n`
);
const cases = {
  'a request, then no HTTP': `${get}hello\r\n\r\n`,
  'two requests, then no HTTP': `${get}${get}hello\r\n\r\n`,
  'a chunk that is none': `${chunked}x\r\n`,
  'a chunk, then one that is none': `${chunked}1\r\na\r\nx\r\n`,
  'a request, a chunk, and none': `${get}${chunked}1\r\na\r\nx\r\n`,
  'two contents, then no HTTP': `${whole}${whole}hello\r\n\r\n`,
  'a request of 31 fields, two, no HTTP': `${fields(31)}${get}${get}hello\r\n\r\n`,
  'a request of 32 fields, two, no HTTP': `${fields(32)}${get}${get}hello\r\n\r\n`,
};

const server = http.createServer((request, response) => response.end());

function send([[name, bytes], ...others]) {
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.on('data', (data) => { answer += data; });
  client.on('close', () => {
    const statuses = answer.match(/(?<=^HTTP\/1.1 )\d+/gm);
    console.log(`${name}: ${statuses.join(', ')}`);
    if (others.length > 0) send(others);
    else server.close();
  });
  client.end(bytes);
}

server.listen(0, '127.0.0.1', () => send(Object.entries(cases)));
