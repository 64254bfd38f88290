// A server stops. Who is hung up on at once, and who still gets an answer?
const http = require('node:http');
const net = require('node:net');
const { once } = require('node:events');

let release;
const server = http.createServer((request, response) => {
  if (request.url === '/slow') release = () => response.end('late');
  else response.end('quick');
});

const connect = async (text) => {
  const socket = net.connect(server.address().port, '127.0.0.1');
  socket.text = '';
  socket.on('data', (data) => (socket.text += data));
  await once(socket, 'connect');
  socket.write(text);
  return socket;
};

const until = async (is) => {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 1));
};
const answered = (socket) => until(() => /quick|late/.test(socket.text));
const status = (socket) => socket.text.slice(0, 12);

server.listen(0, '127.0.0.1', async () => {
  const silent = await connect('');
  const half = await connect('GET /half HTTP/1.1\r\nHo');
  const busy = await connect('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
  await until(() => release);
  // Answered twice, so that what was sent before the second time is read.
  const idle = await connect('GET /1 HTTP/1.1\r\nHost: x\r\n\r\n');
  await answered(idle);
  idle.text = '';
  idle.write('GET /2 HTTP/1.1\r\nHost: x\r\n\r\n');
  await answered(idle);

  const { port } = server.address();
  server.close();
  await Promise.all([silent, idle].map((socket) => once(socket, 'close')));
  console.log('said nothing yet: hung up on');
  console.log('between two requests: hung up on');
  const late = net.connect(port, '127.0.0.1');
  const [error] = await once(late, 'error');
  console.log('comes later:', error.code);
  half.write('st: x\r\n\r\n');
  await answered(half);
  console.log('in the middle of a head:', status(half));
  release();
  await answered(busy);
  console.log('waits for its answer:', status(busy));
  half.destroy();
  busy.destroy();
});
