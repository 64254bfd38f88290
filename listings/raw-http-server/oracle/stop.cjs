// A server stops. What becomes of five clients?
const http = require('node:http');
const net = require('node:net');
const { once } = require('node:events');

let release;
const server = http.createServer((request, response) => {
  if (request.url === '/slow') release = () => response.end('answer');
  else response.end('answer');
});

const connect = async (text) => {
  const socket = net.connect(server.address().port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(text);
  return socket;
};

// The status of the next answer, the code of an error, or a close without either.
const fate = (socket) =>
  new Promise((resolve) => {
    let text = '';
    socket.on('data', (data) => {
      text += data;
      if (text.endsWith('answer')) resolve(text.slice(0, 12));
    });
    socket.on('error', (error) => resolve(error.code));
    socket.on('close', () => resolve('hung up on'));
  });

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const silent = await connect('');
  const half = await connect('GET /half HTTP/1.1\r\nHo');
  const busy = await connect('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
  while (!release) await turn();
  // Answered twice, so that what was sent before the second time is read.
  const idle = await connect('GET /1 HTTP/1.1\r\nHost: x\r\n\r\n');
  await fate(idle);
  idle.write('GET /2 HTTP/1.1\r\nHost: x\r\n\r\n');
  await fate(idle);

  const fates = [fate(silent), fate(idle)];
  server.close();
  fates.push(fate(net.connect(port, '127.0.0.1')), fate(half), fate(busy));
  await fates[2];
  half.write('st: x\r\n\r\n');
  release();
  const [first, second, third, fourth, fifth] = await Promise.all(fates);
  console.log('said nothing yet:', first);
  console.log('between two requests:', second);
  console.log('comes later:', third);
  console.log('in the middle of a head:', fourth);
  console.log('waits for its answer:', fifth);
  half.destroy();
  busy.destroy();
});
