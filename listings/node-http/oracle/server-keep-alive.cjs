// Two requests in one write: is the second one answered, and what does the client hear
// about the connection?
const http = require('node:http');
const net = require('node:net');

const request = (path, fields = '', version = '1.1') =>
  `GET ${path} HTTP/${version}\r\nHost: a\r\n${fields}\r\n`;
const plain = (res, req) => res.end(req.url);
const cases = [
  ['both stay', {}, [request('/1'), request('/2')], plain],
  ['the first closes', {}, [request('/1', 'Connection: close\r\n'), request('/2')], plain],
  ['the answer closes', {}, [request('/1'), request('/2')], (res, req) => {
    res.setHeader('Connection', 'close');
    res.end(req.url);
  }],
  ['HTTP/1.0', {}, [request('/1', '', '1.0'), request('/2')], plain],
  ['HTTP/1.0 that stays, a length', {},
    [request('/1', 'Connection: keep-alive\r\n', '1.0'), request('/2')], (res, req) => {
      res.setHeader('Content-Length', 2);
      res.end(req.url);
    }],
  ['one request a socket', { maxRequestsPerSocket: 1 }, [request('/1'), request('/2')], plain],
  ['two requests a socket', { maxRequestsPerSocket: 2 }, [request('/1'), request('/2')], plain],
  ['keepAliveTimeout 0', { keepAliveTimeout: 0 }, [request('/1')], plain],
  ['keepAliveTimeout 999', { keepAliveTimeout: 999 }, [request('/1')], plain],
  ['keepAliveTimeout 72500', { keepAliveTimeout: 72500 }, [request('/1')], plain],
];

const server = http.createServer((request, response) => handler(response, request));
let handler;

function show(bytes) {
  const masked = bytes.replace(/Date: [^\r]*/g, 'Date: *');
  for (const line of masked.split(/(?<=\n)/)) {
    console.log(`  ${JSON.stringify(line).slice(1, -1)}`);
  }
}

function exchange([[name, options, requests, handle], ...others]) {
  handler = handle;
  Object.assign(server, { maxRequestsPerSocket: 0, keepAliveTimeout: 5000 }, options);
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.setEncoding('latin1').on('data', (data) => { answer += data; });
  client.on('close', () => {
    console.log(name);
    show(answer);
    if (others.length > 0) exchange(others);
    else server.close();
  });
  client.end(requests.join(''));
}

server.listen(0, '127.0.0.1', () => exchange(cases));
