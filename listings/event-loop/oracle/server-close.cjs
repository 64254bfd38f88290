// server.close(callback): from the closing phase?
const net = require('node:net');
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

const server = net.createServer();
server.listen(0, '127.0.0.1', () => {
  setImmediate(() => {
    console.log('immediate 1');
    server.close(() => console.log('server closed'));
    process.nextTick(() => console.log('tick'));
    Promise.resolve().then(() => console.log('microtask'));
    setTimeout(() => console.log('timer'), 1);
    busy(5);
  });
  setImmediate(() => console.log('immediate 2'));
});
