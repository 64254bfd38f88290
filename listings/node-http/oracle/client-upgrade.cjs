// Node's client asks for another protocol, or for a tunnel: who gets which bytes?
const http = require('node:http');
const net = require('node:net');

const chat = { headers: { Connection: 'Upgrade', Upgrade: 'chat' } };
const connect = { method: 'CONNECT', path: 'b:443' };
const switched = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n';
const cases = [
  ['upgrade', chat, `${switched}first`],
  ['upgrade refused', chat, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'],
  ['upgrade with hints before', chat, `HTTP/1.1 103 Early Hints\r\n\r\n${switched}first`],
  ['101 not asked for', {}, `${switched}first`],
  ['tunnel', connect, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst'],
  ['tunnel refused', connect, 'HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno'],
];

let bytes;
let answer;
const server = net.createServer((socket) => {
  socket.setEncoding('latin1').on('error', () => {}).on('data', (data) => {
    bytes += data;
    if (bytes.endsWith('\r\n\r\n')) socket.write(answer);
    else if (bytes.endsWith('second')) socket.end();
  });
});

function show(bytes) {
  const masked = bytes.replace(/(Host: 127.0.0.1):\d+/, '$1:*');
  for (const line of masked.split(/(?<=\n)/)) {
    console.log(`  ${JSON.stringify(line).slice(1, -1)}`);
  }
}

function exchange([[name, options, reply], ...others]) {
  console.log(name);
  [bytes, answer] = ['', reply];
  const { port } = server.address();
  const request = http.request({ port, host: '127.0.0.1', agent: false, ...options });
  for (const event of ['upgrade', 'connect']) {
    request.on(event, (response, socket, head) => {
      console.log(`  ${event} ${response.statusCode}, head "${head}"`);
      socket.end('second').on('close', next);
    });
  }
  request.on('response', (response) => {
    console.log(`  response ${response.statusCode}`);
    response.resume().on('close', next);
  });
  request.on('error', (error) => {
    console.log(`  ${error.code}`);
    next();
  });
  request.end();

  function next() {
    show(bytes);
    if (others.length > 0) exchange(others);
    else server.close();
  }
}

server.listen(0, '127.0.0.1', () => exchange(cases));
