// Two clients: one waits for a response that its handler forgot, the other has sent half
// a head when close() is called. Who is told what, half a second after all limits?
const http = require('node:http');
const net = require('node:net');

const options = { headersTimeout: 100, requestTimeout: 100, connectionsCheckingInterval: 10 };
const server = http.createServer(options, () => {});
let got = 0;

const connect = (bytes) => {
  const client = net.connect(server.address().port, '127.0.0.1');
  client.on('data', (data) => { got += data.length; }).on('error', () => {});
  client.write(bytes);
  return client;
};

server.listen(0, '127.0.0.1', () => {
  const waiting = connect('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const half = connect('GET / HTT');
  setTimeout(() => server.close(), 50);
  setTimeout(() => {
    server.getConnections((error, count) => {
      console.log(`${count} connections, ${got} bytes sent to them`);
      waiting.destroy();
      half.destroy();
    });
  }, 600);
});
