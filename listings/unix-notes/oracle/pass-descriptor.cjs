// A listening socket goes to another process. Who accepts, when the sender has closed?
const { fork } = require('node:child_process');
const net = require('node:net');
const { once } = require('node:events');

if (process.argv[2]) {
  process.on('message', (message, server) => {
    process.send(`got '${message}' with a ${server.constructor.name}`);
    server.on('connection', (socket) => {
      socket.end('hello from the child');
      server.close();
      process.disconnect();
    });
    process.send('accepting');
  });
} else {
  (async () => {
    const server = net.createServer(() => console.log('the parent accepts'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    const child = fork(__filename, ['child']);
    child.on('message', (message) => {
      console.log(message);
      if (message === 'accepting') server.close(dial);
    });
    child.send('take this', server);

    async function dial() {
      console.log('the parent has closed its own');
      const socket = net.connect(port, '127.0.0.1').setEncoding('utf8');
      const [text] = await once(socket, 'data');
      console.log(text);
    }
  })();
}
