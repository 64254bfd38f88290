// Two clients send the same bytes. One of them says that no more will follow.
const http = require('node:http');
const net = require('node:net');

const GET = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

const server = http.createServer((request, response) => {
  setTimeout(() => response.end('hello'), 20);
});

const ask = (send, then) => {
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.on('data', (data) => { answer += data; });
  client.on('close', () => {
    console.log(`socket.${send}: ${answer.split('\r\n')[0] || 'no answer'}`);
    then();
  });
  client[send](GET);
};

server.listen(0, '127.0.0.1', () => {
  ask('write', () => ask('end', () => server.close()));
});
