// Three requests in one write: when do the handlers run, in which order do the answers
// leave?
const http = require('node:http');
const net = require('node:net');

const request = (path, fields = '') =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const last = request('/last', 'Connection: close\r\n');
const three = request('/slow') + request('/fast') + last;
const waiting = {};

const cases = {
  'the last one ends first': (res, req) => {
    waiting[req.url] = res;
    if (req.url !== '/last') return;
    for (const path of ['/last', '/fast', '/slow']) {
      console.log(`  ${path} ends`);
      waiting[path].end(path);
    }
  },
  'the first one closes': (res, req) => {
    if (req.url === '/slow') res.setHeader('Connection', 'close');
    waiting[req.url] = res;
    if (req.url !== '/last') return;
    for (const path of ['/last', '/fast', '/slow']) waiting[path].end(path);
  },
  'the first one is half written': (res, req) => {
    if (req.url === '/slow') for (const text of ['be', 'gin ']) res.write(text);
    waiting[req.url] = res;
    if (req.url !== '/last') return;
    for (const text of ['written ', 'in time']) waiting['/last'].write(text);
    waiting['/last'].end();
    waiting['/fast'].end('fast');
    setImmediate(() => waiting['/slow'].end('end'));
  },
  'the second one is HEAD': (res, req) => {
    res.end(req.method);
  },
};

const server = http.createServer((request, response) => {
  console.log(`  ${request.method} ${request.url}`);
  handler(response, request);
});
let handler;

function show(bytes) {
  const masked = bytes.replace(/Date: [^\r]*/g, 'Date: *');
  for (const line of masked.split(/(?<=\n)/)) {
    console.log(`  ${JSON.stringify(line).slice(1, -1)}`);
  }
}

function exchange([[name, handle], ...others]) {
  console.log(name);
  handler = handle;
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.setEncoding('latin1').on('data', (data) => { answer += data; });
  client.on('close', () => {
    show(answer);
    if (others.length > 0) exchange(others);
    else server.close();
  });
  const second = name.endsWith('HEAD') ? 'HEAD /fast' : 'GET /fast';
  client.write(three.replace('GET /fast', second));
}

server.listen(0, '127.0.0.1', () => exchange(Object.entries(cases)));
