// A socket is destroyed while it writes. Who hears of it, and when?
const net = require('node:net');

let peer;
const server = net.createServer((socket) => { peer = socket.pause(); });
server.listen(0, '127.0.0.1', () => {
  const socket = net.connect(server.address().port, '127.0.0.1', () => {
    const big = Buffer.alloc(1 << 26); // more than the kernel takes
    socket.write(big, (error) => console.log(`write 1: ${error.code}`));
    socket.write('more', (error) => console.log(`write 2: ${error.code}`));
    socket.on('close', () => {
      console.log('close');
      server.close();
      peer.destroy();
    });
    setImmediate(() => console.log('immediate'));
    setTimeout(() => console.log('timer'), 1);
    for (const end = Date.now() + 5; Date.now() < end;); // the timer is due
    socket.destroy();
    console.log('destroyed');
  });
});
