// Three requests through one Agent, each after the answer before: on which connection?
const http = require('node:http');
const net = require('node:net');

const ok = (fields = '') => `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${fields}\r\nok`;
const cases = [
  ['keep-alive', {}, ok()],
  ['an Agent with keepAlive false', { keepAlive: false }, ok()],
  ['the same, at most one socket', { keepAlive: false, maxSockets: 1 }, ok()],
  ['the server closes', {}, ok('Connection: close\r\n')],
  ['HTTP/1.0', {}, ok().replace('1.1', '1.0')],
  ['HTTP/1.0 that stays', {}, ok('Connection: keep-alive\r\n').replace('1.1', '1.0')],
  ['a hint of 5 s', {}, ok('Keep-Alive: timeout=5\r\n')],
  ['a hint of 2 s', {}, ok('Keep-Alive: timeout=2\r\n')],
  ['a hint of 1 s', {}, ok('Keep-Alive: timeout=1\r\n')],
  ['a hint of 1 s, no buffer', { agentKeepAliveTimeoutBuffer: 0 },
    ok('Keep-Alive: timeout=1\r\n')],
  ['a hint that comes second', {}, ok('Keep-Alive: max=9, timeout=1\r\n')],
  ['until close', {}, 'HTTP/1.1 200 OK\r\n\r\nok'],
  ['chunked', {},
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
  ['no content', {}, 'HTTP/1.1 204 No Content\r\n\r\n'],
  ['more than was asked for', {},
    `${ok()}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`],
];

const ends = ['the server closes', 'HTTP/1.0', 'until close'];
let answer;
let connections = 0;
const server = net.createServer((socket) => {
  const number = ++connections;
  socket.on('error', () => {}).on('data', () => {
    served.push(number);
    if (ends.includes(name)) socket.end(answer);
    else socket.write(answer);
  });
});
let served;
let name;

function exchange([[called, options, bytes], ...others]) {
  name = called;
  answer = bytes;
  connections = 0;
  served = [];
  const told = [];
  const agent = new http.Agent({ keepAlive: true, ...options });
  const { port } = server.address();
  const ask = (n) => {
    const request = http.get({ port, host: '127.0.0.1', agent }, (response) => {
      let body = '';
      response.on('data', (data) => { body += data; });
      response.on('error', (error) => { body += error.code; });
      response.on('close', () => told.push(body));
    });
    request.on('error', (error) => told.push(error.code));
    // The Agent has the socket back, or it is closed.
    request.on('close', () => setImmediate(() => {
      if (n < 3) return ask(n + 1);
      const lines = served.map((number, i) => `${told[i]} on #${number}`);
      console.log(`${name}: ${lines.join(', ')}`);
      agent.destroy();
      if (others.length > 0) exchange(others);
      else server.close();
    }));
  };
  ask(1);
}

server.listen(0, '127.0.0.1', () => exchange(cases));
