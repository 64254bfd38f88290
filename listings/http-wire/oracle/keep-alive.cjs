// Does the connection stay open behind the answer?
const http = require('node:http');
const net = require('node:net');

const cases = [
  ['HTTP/1.1', ''],
  ['HTTP/1.1', 'Connection: close'],
  ['HTTP/1.1', 'Connection: Close'],
  ['HTTP/1.1', 'Connection: x, close'],
  ['HTTP/1.1', 'Connection: closed'],
  ['HTTP/1.1', 'Connection: keep-alive, close'],
  ['HTTP/1.0', ''],
  ['HTTP/1.0', 'Connection: keep-alive'],
  ['HTTP/1.0', 'Connection: x,keep-alive'],
  ['HTTP/1.0', 'Keep-Alive: timeout=5'],
];

const server = http.createServer((request, response) => {
  stays = response.shouldKeepAlive;
  response.end();
});
let stays;

function send([[version, field], ...others]) {
  const client = net.connect(server.address().port, '127.0.0.1');
  client.resume().on('close', () => {
    console.log(`${version} ${field || '(nothing)'}: ${stays ? 'stays' : 'closes'}`);
    if (others.length > 0) send(others);
    else server.close();
  });
  client.end(`GET / ${version}\r\nHost: a\r\n${field && `${field}\r\n`}\r\n`);
}

server.listen(0, '127.0.0.1', () => send(cases));
