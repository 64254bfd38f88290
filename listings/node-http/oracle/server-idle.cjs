// Connections on which nothing moves: which does the server close, and with a word?
const http = require('node:http');
const net = require('node:net');

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const stalled = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel';
const short = { keepAliveTimeout: 50, keepAliveTimeoutBuffer: 50 };
const answer = (req, res) => res.end('hello');
const cases = [
  ['silent behind an answer', short, 0, GET, answer],
  ['half a head behind an answer', short, 0, `${GET}GET / HT`, answer],
  ['answered, and the content stalls', short, 0, stalled, answer],
  ['no keepAliveTimeout, but a timeout', { keepAliveTimeout: 0 }, 100, GET, answer],
  ['a handler that takes longer than the timeout', {}, 100, GET, () => {}],
  ['an answer that stops longer than the timeout', {}, 100, GET,
    (req, res) => { res.write('hel'); }],
  ['nothing at all', {}, 100, '', answer],
];

function show(bytes) {
  const masked = bytes.replace(/Date: [^\r]*/g, 'Date: *');
  for (const line of masked.match(/[^\n]*\n|[^\n]+$/g) ?? ['nothing']) {
    console.log(`  ${JSON.stringify(line).slice(1, -1)}`);
  }
}

// The client never ends the connection: whoever closes it is the server.
function exchange([[name, options, timeout, request, handler], ...others]) {
  const server = http.createServer(options, handler);
  server.timeout = timeout;
  server.listen(0, '127.0.0.1', () => {
    let read = '';
    const client = net.connect(server.address().port, '127.0.0.1');
    client.setEncoding('latin1').on('data', (data) => { read += data; });
    client.on('close', () => {
      console.log(name);
      show(read);
      server.close();
      if (others.length > 0) exchange(others);
    });
    client.write(request);
  });
}

exchange(cases);
