// A connection of the process with itself: what the poll phase asks of the kernel.
const net = require('node:net');
const server = net.createServer((socket) => socket.end('hello'));
server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1');
  client.resume().on('close', () => server.close());
});
