// What a Node server makes of each request of corpus/requests.txt, sent as raw bytes.
const { readFileSync } = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const { join } = require('node:path');

// [name] clause, then lines with escapes.
function cases(file) {
  const text = readFileSync(join(__dirname, '../../corpus', file), 'utf8');
  const found = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#') || line.startsWith('> ')) continue;
    const head = /^\[(\S+)\] /.exec(line);
    if (head) found.push({ name: head[1], bytes: '' });
    else found.at(-1).bytes += unescape(line);
  }
  return found;
}

function unescape(line) {
  const known = { r: '\r', n: '\n', t: '\t', 0: '\0', '\\': '\\' };
  const put = (_, c, hex) => known[c] ?? String.fromCharCode(parseInt(hex, 16));
  return line.replace(/\\(?:x(..)|(.))/g, (_, hex, c) => put(_, c, hex));
}

let seen; // Of the case on its way.

function serve() {
  const server = http.createServer((request, response) => {
    const one = { line: `${request.method} ${request.url}`, body: '' };
    seen.requests.push(one);
    request.setEncoding('latin1');
    request.on('data', (data) => { one.body += data; });
    request.on('end', () => response.end());
    request.on('error', () => {});
  });
  return server.on('connect', (request, socket, head) => {
    const line = `CONNECT ${request.url}`;
    seen.requests.push({ line, body: '', rest: head.toString() });
    socket.end('HTTP/1.1 200 OK\r\n\r\n');
  });
}

// One server answers as Node does, the other one is told why.
const answers = serve();
const listens = serve().on('clientError', (error, socket) => {
  seen.error = error.code;
  socket.destroy();
});

function verdict({ requests, error }, answer) {
  const status = /HTTP\/1\.1 (\d+)/.exec(answer)?.[1];
  if (error) return `${requests.length} ${status ?? 'closed'} ${error}`;
  if (requests.length === 0) return `0 ${status ?? 'closed'} -`;
  const texts = requests.map(({ line, body, rest }) =>
    `${line} ${JSON.stringify(body)}${rest ? ` then ${JSON.stringify(rest)}` : ''}`);
  return texts.join(', ');
}

function send(server, bytes, next) {
  seen = { requests: [], error: undefined };
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.setEncoding('latin1');
  client.on('data', (data) => { answer += data; });
  client.on('error', () => {});
  client.on('close', () => next(seen, answer));
  client.end(bytes, 'latin1');
}

function run([{ name, bytes }, ...others]) {
  send(listens, bytes, (found) => send(answers, bytes, (_, answer) => {
    console.log(`${name}: ${verdict(found, answer)}`);
    if (others.length > 0) return run(others);
    answers.close();
    listens.close();
  }));
}

answers.listen(0, '127.0.0.1', () =>
  listens.listen(0, '127.0.0.1', () => run(cases('requests.txt'))));
