// A close callback closes another handle. Is it the same phase, or the next turn?
const net = require('node:net');

const sockets = [];
const server = net.createServer((socket) => sockets.push(socket));
server.listen(0, '127.0.0.1', connect);
function connect() {
  const socket = net.connect(server.address().port, '127.0.0.1', () => {
    sockets.push(socket);
    if (sockets.length < 6) return connect();
    const [a, b, c, ...rest] = sockets;
    a.on('close', () => {
      console.log('A closed');
      c.destroy();
      setImmediate(() => console.log('immediate'));
    });
    b.on('close', () => console.log('B closed'));
    c.on('close', () => {
      console.log('C closed');
      server.close();
      for (const socket of rest) socket.destroy();
    });
    b.destroy();
    a.destroy();
  });
}
