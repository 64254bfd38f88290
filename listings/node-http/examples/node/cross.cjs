// Node's side of examples/cross: `cross.cjs server`, which prints its port and serves
// until its input ends, and `cross.cjs client PORT`, which prints what it got.
const http = require('node:http');
const { once } = require('node:events');

const [role, port] = process.argv.slice(2);
if (role === 'server') serve();
else ask();

function serve() {
  const server = http.createServer((req, res) => {
    const chunks = [];
    req.on('data', (data) => chunks.push(data));
    req.on('end', () => answer(req, res, Buffer.concat(chunks)));
  });
  const take = (line) => (req, socket, head) => {
    socket.write(`HTTP/1.1 ${line}\r\n\r\n`);
    const echo = (data) => socket.end(`you said ${data}`);
    if (head.length > 0) echo(head);
    else socket.once('data', echo);
  };
  const fields = 'Connection: Upgrade\r\nUpgrade: echo';
  server.on('upgrade', take(`101 Switching Protocols\r\n${fields}`));
  server.on('connect', take('200 OK'));
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.stdin.resume().on('end', () => process.exit());
}

function answer(req, res, body) {
  switch (req.url) {
    case '/text':
      // To HEAD, too: without it Node's client closes the connection.
      res.setHeader('Content-Length', 5);
      return res.end('hello');
    case '/none':
      res.statusCode = 204;
      return res.end();
    case '/hints':
      res.writeEarlyHints({ link: '</a.css>; rel=preload' });
      return res.end('late');
    case '/raw':
      return res.end(req.rawHeaders.join().replace(/127.0.0.1:\d+/, '*'));
    case '/close':
      res.setHeader('Connection', 'close');
      return res.end('bye');
    default:
      res.writeHead(200, { Trailer: 'Length' });
      res.write(`${req.method} ${req.trailers.sum ?? 'no sum'} `);
      res.write(body);
      res.addTrailers({ Length: String(body.length) });
      return res.end();
  }
}

async function ask() {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const large = 'x'.repeat(1_000_000);
  await exchange('GET', '/text');
  await exchange('HEAD', '/text');
  await exchange('POST', '/echo', (req) => req.end('hello'));
  await exchange('PUT', '/echo', (req) => {
    req.setHeader('Trailer', 'Sum');
    req.write('in ');
    req.addTrailers({ Sum: '9' });
    req.end('chunks');
  });
  await exchange('POST', '/echo', (req) => req.end(large));
  await exchange('POST', '/raw', (req) => req.end('hello'));
  await exchange('GET', '/none');
  await exchange('GET', '/hints');
  await exchange('POST', '/echo', (req) => {
    req.setHeader('Expect', '100-continue');
    req.flushHeaders();
    req.on('continue', () => req.end('at last'));
  });
  await exchange('GET', '/close');
  await exchange('GET', '/text');
  await tunnel('GET', '/chat', { Connection: 'Upgrade', Upgrade: 'echo' });
  await tunnel('CONNECT', 'a:1', {});
  agent.destroy();

  async function exchange(method, path, send = (req) => req.end()) {
    const req = http.request({ port, host: '127.0.0.1', method, path, agent });
    const interim = [];
    req.on('information', ({ statusCode }) => interim.push(statusCode));
    send(req);
    const closed = once(req, 'close');
    const [res] = await once(req, 'response');
    let body = '';
    res.on('data', (data) => { body += data; });
    await closed;
    const socket = req.reusedSocket ? 'old' : 'new';
    console.log(`${method} ${path} (${socket} connection)`);
    if (interim.length > 0) console.log(`  ${interim.join()}`);
    console.log(`  ${res.statusCode} ${res.statusMessage}`);
    for (let i = 0; i < res.rawHeaders.length; i += 2) {
      const value = res.rawHeaders[i] === 'Date' ? '*' : res.rawHeaders[i + 1];
      console.log(`  ${res.rawHeaders[i]}: ${value}`);
    }
    console.log(`  ${body.length > 100 ? `${body.length} bytes` : `"${body}"`}`);
    for (const [name, value] of Object.entries(res.trailers)) {
      console.log(`  ${name}: ${value}`);
    }
    // The socket is the Agent's again.
    await new Promise(setImmediate);
  }

  async function tunnel(method, path, headers) {
    const req = http.request({ port, host: '127.0.0.1', method, path, headers, agent });
    req.end();
    const event = method === 'CONNECT' ? 'connect' : 'upgrade';
    const [res, socket, head] = await once(req, event);
    socket.end('a word');
    let said = head.toString();
    for await (const data of socket) said += data;
    console.log(`${method} ${path}\n  ${res.statusCode}\n  "${said}"`);
  }
}
