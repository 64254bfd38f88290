// The connection changes hands: what does the new protocol find on it?
const http = require('node:http');
const net = require('node:net');

const upgrade = 'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n';
const connect = 'CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n';
const take = (line) => (req, socket, head) => {
  console.log(`  ${req.method} ${req.url}, head "${head}"`);
  socket.write(`HTTP/1.1 ${line}\r\n\r\n`);
  socket.on('data', (data) => socket.end(`echo ${data}`));
};
const cases = [
  ['upgrade', [`${upgrade}\r\nfirst`, 'second'], { upgrade: take('101 Switching Protocols') }],
  ['upgrade with content', [`${upgrade}Content-Length: 5\r\n\r\nhellofirst`, 'second'],
    { upgrade(req, socket, head) {
      console.log(`  ${req.method} ${req.url}, head "${head}"`);
      req.on('data', (data) => console.log(`  content ${data}`));
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      socket.on('data', (data) => { console.log(`  read ${data}`); if (data == 'second') socket.end('bye'); });
    } }],
  ['upgrade behind a request', [`GET /1 HTTP/1.1\r\nHost: a\r\n\r\n${upgrade}\r\nfirst`, 'second'],
    { upgrade: take('101 Switching Protocols') }],
  ['upgrade, nobody listens', [`${upgrade}\r\n`], {}],
  ['Upgrade without Connection', [upgrade.replace('Connection: Upgrade\r\n', '') + '\r\n'],
    { upgrade: take('101 Switching Protocols') }],
  ['CONNECT', [`${connect}first`, 'second'], { connect: take('200 OK') }],
  ['CONNECT, nobody listens', [connect], {}],
];

const server = http.createServer((req, res) => res.end(`request ${req.url}`));

function show(bytes) {
  const masked = bytes.replace(/Date: [^\r]*/g, 'Date: *');
  for (const line of masked.match(/[^\n]*\n|[^\n]+$/g) ?? ['nothing']) {
    console.log(`  ${JSON.stringify(line).slice(1, -1)}`);
  }
}

// What comes next is sent when something was answered.
function exchange([[name, requests, listeners], ...others]) {
  console.log(name);
  for (const event of ['upgrade', 'connect']) server.removeAllListeners(event);
  for (const [event, listener] of Object.entries(listeners)) server.on(event, listener);
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  const send = () => {
    const next = requests.shift();
    if (next === undefined) client.end();
    else client.write(next);
  };
  client.setEncoding('latin1').on('data', (data) => {
    answer += data;
    send();
  });
  client.on('close', () => {
    show(answer);
    if (others.length > 0) exchange(others);
    else server.close();
  });
  send();
}

server.listen(0, '127.0.0.1', () => exchange(cases));
