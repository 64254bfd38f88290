// What a slow client hears; the server looks for slow ones every 25 ms.
const http = require('node:http');
const net = require('node:net');

const cases = [
  ['nothing', ''],
  ['half a line', 'GET / HT'],
  ['half a head', 'GET / HTTP/1.1\r\nHost: a\r\n'],
  ['half the content', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel'],
  ['half the content, answered', 'POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel'],
  ['half the content, half answered', 'POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel'],
  ['half a second request', 'GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HT'],
];

const options = { headersTimeout: 50, requestTimeout: 100, connectionsCheckingInterval: 25 };
const server = http.createServer(options, (req, res) => {
  if (req.url === '/early') return res.end('early');
  if (req.url === '/half') return res.write('half');
  req.resume().on('end', () => res.end(req.url)).on('error', (e) => console.log('  ', e.code));
});

function show(bytes) {
  const masked = bytes.replace(/Date: [^\r]*/g, 'Date: *');
  for (const line of masked.split(/(?<=\n)/)) {
    console.log(`  ${JSON.stringify(line).slice(1, -1)}`);
  }
}

function exchange([[name, bytes], ...others]) {
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.setEncoding('latin1').on('data', (data) => { answer += data; });
  client.on('close', () => {
    console.log(name);
    show(answer);
    if (others.length > 0) exchange(others);
    else server.close();
  });
  client.write(bytes);
}

server.listen(0, '127.0.0.1', () => exchange(cases));
