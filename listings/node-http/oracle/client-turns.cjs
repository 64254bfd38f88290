// Three idle connections: which one is taken first?
const http = require('node:http');
const net = require('node:net');

let connections = 0;
const server = net.createServer((socket) => {
  const number = ++connections;
  socket.on('error', () => {}).on('data', () => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n#${number}`);
  });
});

function ask(agent) {
  const { promise, resolve } = Promise.withResolvers();
  const options = { port: server.address().port, host: '127.0.0.1', agent };
  let on = '';
  const request = http.get(options, (response) => {
    response.on('data', (data) => { on += data; });
  });
  request.on('close', () => {
    setImmediate(resolve, `${on}${request.reusedSocket ? ' again' : ''}`);
  });
  return promise;
}

async function main() {
  for (const scheduling of ['lifo', 'fifo']) {
    connections = 0;
    const agent = new http.Agent({ keepAlive: true, scheduling });
    const told = [];
    // One at a time is connected, and all three are open at once.
    const first = [];
    for (let n = 0; n < 3; n++) first.push(ask(agent));
    told.push(await Promise.all(first));
    for (let n = 0; n < 4; n++) told.push(await ask(agent));
    console.log(`${scheduling}: ${told.slice(1).join(', ')}`);
    agent.destroy();
  }
  server.close();
}
server.listen(0, '127.0.0.1', main);
