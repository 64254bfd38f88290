// A server that waits half a second for a head and one for the next request; a client
// that sends empty lines for three: alone, and behind a request that was answered.
const http = require('node:http');
const net = require('node:net');

const limits = {
  headersTimeout: 500,
  requestTimeout: 500,
  keepAliveTimeout: 1000,
  keepAliveTimeoutBuffer: 0,
  connectionsCheckingInterval: 50,
};
const server = http.createServer(limits, (request, response) => response.end());

function send([[name, first], ...others]) {
  const client = net.connect(server.address().port, '127.0.0.1');
  client.write(first);
  const lines = setInterval(() => client.write('\r\n'), 50);
  let result = 'closed by the server';
  const enough = setTimeout(() => {
    result = 'still open';
    client.destroy();
  }, 3000);
  client.resume().on('error', () => {}).on('close', () => {
    clearInterval(lines);
    clearTimeout(enough);
    console.log(`${name}: ${result}`);
    if (others.length > 0) send(others);
    else server.close();
  });
}

const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
server.listen(0, '127.0.0.1', () => send([
  ['empty lines', '\r\n'],
  ['empty lines behind a request', request],
]));
