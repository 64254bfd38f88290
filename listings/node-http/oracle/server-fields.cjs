// Which fields does a response have, in which order, and in whose spelling?
const http = require('node:http');
const net = require('node:net');

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const cases = [
  ['set, get, has, remove', GET, (res) => {
    res.setHeader('X-One', '1');
    res.setHeader('x-two', '2');
    res.setHeader('X-ONE', 'one');
    res.removeHeader('X-Two');
    res.setHeader('Names', `${res.getHeader('x-one')} ${res.hasHeader('x-two')}`);
    res.end(res.getHeaderNames().join());
  }],
  ['removed and set again', GET, (res) => {
    res.setHeader('A', '1');
    res.setHeader('B', '2');
    res.removeHeader('a');
    res.setHeader('A', '3');
    res.end();
  }],
  ['several values', GET, (res) => {
    res.setHeader('Set-Cookie', ['a=1', 'b=2']);
    res.appendHeader('Via', 'x');
    res.appendHeader('via', 'y');
    res.setHeader('Cookie', ['a', 'b']);
    res.end();
  }],
  ['writeHead over setHeader', GET, (res) => {
    res.setHeader('A', '1');
    res.setHeader('B', '2');
    res.writeHead(201, ['a', 'over', 'C', '3']);
    res.end();
  }],
  ['writeHead alone, twice the same', GET, (res) => {
    res.writeHead(200, ['A', '1', 'a', '2']);
    res.end();
  }],
  ['a reason of its own', GET, (res) => { res.writeHead(404, 'No Such Thing'); res.end(); }],
  ['statusMessage', GET, (res) => { res.statusMessage = 'Fine'; res.end(); }],
  ['a status without a name', GET, (res) => { res.writeHead(299); res.end(); }],
  ['a date of its own', GET, (res) => { res.setHeader('date', 'today'); res.end(); }],
  ['no date', GET, (res) => { res.sendDate = false; res.end(); }],
  ['no Connection', GET, (res) => { res.removeHeader('Connection'); res.end(); }],
  ['its own Connection', GET, (res) => { res.setHeader('Connection', 'close'); res.end(); }],
  ['its own Keep-Alive', GET, (res) => { res.setHeader('Keep-Alive', 'timeout=9'); res.end(); }],
  ['Latin-1', GET, (res) => { res.setHeader('X', 'caf\xe9'); res.end(); }],
  ['a trailer without chunks', GET, (res) => {
    res.setHeader('Trailer', 'A');
    res.setHeader('Content-Length', 24);
    try {
      res.writeHead(200);
    } catch (error) {
      res.removeHeader('Trailer');
      res.end(error.code);
    }
  }],
  ['what is refused', GET, (res) => {
    const errors = [];
    const attempt = (act) => { try { act(); } catch (error) { errors.push(error.code); } };
    attempt(() => res.setHeader('a b', '1'));
    attempt(() => res.setHeader('A', 'x\r\nB: y'));
    attempt(() => res.writeHead(99));
    attempt(() => res.writeHead(1000));
    attempt(() => res.addTrailers({ 'a b': '1' }));
    res.writeHead(200);
    attempt(() => res.writeHead(200));
    attempt(() => res.setHeader('A', '1'));
    attempt(() => res.removeHeader('A'));
    res.end(errors.join('\n'));
  }],
];

const server = http.createServer((request, response) => handler(response, request));
let handler;

function show(bytes) {
  const masked = bytes.replace(/Date: [^\r]*/g, 'Date: *');
  for (const line of masked.split(/(?<=\n)/)) {
    console.log(`  ${JSON.stringify(line).slice(1, -1)}`);
  }
}

function exchange([[name, request, handle], ...others]) {
  handler = handle;
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.setEncoding('latin1').on('data', (data) => { answer += data; });
  client.on('close', () => {
    console.log(name);
    show(answer);
    if (others.length > 0) exchange(others);
    else server.close();
  });
  client.end(request, 'latin1');
}

server.listen(0, '127.0.0.1', () => exchange(cases));
