// The second request goes out on a connection that the server has given up.
const http = require('node:http');
const net = require('node:net');

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const cases = [
  ['closed without an answer', 'GET', (socket) => socket.end()],
  ['reset', 'GET', (socket) => socket.resetAndDestroy()],
  ['half a head', 'GET', (socket) => socket.end('HTTP/1.1 2')],
  ['half the content', 'GET', (socket) => socket.end(ok.slice(0, -1))],
  ['100 Continue, then closed', 'GET',
    (socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\n')],
  ['a POST', 'POST', (socket) => socket.end()],
];

// Whatever comes second on a connection meets the end of it.
const server = net.createServer((socket) => {
  let count = 0;
  socket.on('error', () => {}).on('data', () => {
    if (++count === 1) socket.write(ok);
    else finish(socket);
  });
});
let finish;

function ask(method, agent, told) {
  const options = { port: server.address().port, host: '127.0.0.1', method, agent };
  const request = http.request(options, (response) => {
    let body = '';
    response.on('data', (data) => { body += data; });
    response.on('error', (error) => { body += ` ${error.code} (${error.message})`; });
    response.on('close', () => { result = `${response.statusCode} ${body}`; });
  });
  let result;
  request.on('error', (error) => { result = `${error.code} (${error.message})`; });
  request.on('close', () => setImmediate(() => {
    console.log(`  ${request.reusedSocket ? 'old' : 'new'} connection: ${result}`);
    told();
  }));
  request.end();
}

function exchange([[name, method, end], ...others]) {
  console.log(name);
  finish = end;
  const agent = new http.Agent({ keepAlive: true });
  ask(method, agent, () => ask(method, agent, () => ask(method, agent, () => {
    agent.destroy();
    if (others.length > 0) exchange(others);
    else server.close();
  })));
}

server.listen(0, '127.0.0.1', () => exchange(cases));
