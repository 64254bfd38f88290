// A server that is slow in three ways, and a request that hears nothing for 200 ms.
const http = require('node:http');
const net = require('node:net');

const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n';
const cases = [
  ['no answer', ''],
  ['half a head', head.slice(0, 20)],
  ['half the content', `${head}hel`],
  ['an answer', `${head}hello`],
];

let answer;
const server = net.createServer((socket) => {
  socket.on('error', () => {}).on('data', () => socket.write(answer));
});

function exchange([[name, bytes], ...others]) {
  console.log(name);
  answer = bytes;
  const { port } = server.address();
  const options = { port, host: '127.0.0.1', timeout: 200, agent: false };
  const request = http.get(options, (response) => {
    response.on('data', (data) => console.log(`  data ${data}`));
    response.on('end', () => console.log('  end')).on('error', () => {});
  });
  request.on('timeout', () => {
    // Node tells, and does nothing more.
    console.log('  timeout');
    request.destroy();
  });
  request.on('error', () => {}).on('close', () => setImmediate(() => {
    if (others.length > 0) exchange(others);
    else server.close();
  }));
}

server.listen(0, '127.0.0.1', () => exchange(cases));
