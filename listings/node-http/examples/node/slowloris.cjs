// headersTimeout is 100 ms. When does a client that never ends its head get its answer?
const http = require('node:http');
const net = require('node:net');

const options = { headersTimeout: 100, connectionsCheckingInterval: 400 };
const server = http.createServer(options);

server.listen(0, '127.0.0.1', () => {
  const listening = performance.now();
  const client = net.connect(server.address().port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHo');
  client.on('data', (data) => {
    const late = performance.now() - listening;
    const [line] = String(data).split('\r\n');
    console.log(`${line}, later than 100 ms: ${late > 100}, than 390 ms: ${late > 390}`);
    server.close();
  });
});
