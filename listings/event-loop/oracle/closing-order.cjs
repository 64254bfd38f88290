// Two sockets are destroyed in one callback: whose 'close' event comes first?
const net = require('node:net');

const server = net.createServer().listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  let connected = 0;
  const sockets = ['A', 'B', 'C'].map((name) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      if (++connected < 3) return;
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    return socket.on('close', () => console.log(name, 'closed'));
  });
});
server.on('connection', (peer) => peer.on('error', () => {}).resume());
