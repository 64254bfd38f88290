// socket.destroy(): when does its 'close' event come?
const net = require('node:net');
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

const server = net.createServer().listen(0, '127.0.0.1', () => {
  const socket = net.connect(server.address().port, '127.0.0.1', () => {
    server.close();
    socket.on('close', () => console.log('socket closed'));
    socket.destroy();
    process.nextTick(() => console.log('tick'));
    setImmediate(() => console.log('immediate'));
    setTimeout(() => console.log('timer'), 1);
    busy(5);
  });
});
server.on('connection', (peer) => peer.on('error', () => {}).resume());
