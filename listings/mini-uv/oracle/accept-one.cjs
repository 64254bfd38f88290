// Three connections are waiting. How many does a turn of the loop accept?
const net = require('node:net');

let accepted = 0;
const server = net.createServer((socket) => {
  const n = ++accepted;
  console.log('connection', n);
  setImmediate(() => console.log('immediate', n));
  socket.destroy();
  if (n === 3) server.close();
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  for (let i = 0; i < 3; i++) net.connect(port, '127.0.0.1').on('error', () => {});
});
