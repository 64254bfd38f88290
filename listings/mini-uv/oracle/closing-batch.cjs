// Two sockets have data. The handler of the first destroys the second.
const net = require('node:net');

const clients = [], sockets = [];
const server = net.createServer((socket) => {
  sockets.push(socket);
  if (sockets.length < 2) return connect();
  server.close();
  const [a, b] = sockets;
  a.on('data', () => {
    console.log('A has data');
    b.destroy();
    setImmediate(() => console.log('immediate'));
  });
  b.on('data', () => console.log('B has data'));
  b.on('close', () => {
    console.log('B is closed');
    for (const client of clients) client.destroy();
    a.destroy();
  });
  setImmediate(() => {
    for (const client of clients) client.write('x'); // both are ready at once
  });
});
function connect() {
  const client = net.connect(server.address().port, '127.0.0.1');
  clients.push(client.on('error', () => {}));
}
server.listen(0, '127.0.0.1', connect);
