// What a Node server can be told to tolerate: the same bytes to three of them.
const { HTTPParser, calculateLenientFlags } = require('_http_common');
const http = require('node:http');
const net = require('node:net');

const names = Object.keys(HTTPParser).filter((name) => /^kLenient[^NA]/.test(name));
const insecure = calculateLenientFlags(undefined, true);
const all = names.filter((name) => HTTPParser[name] & insecure);
console.log(`llhttp ${process.versions.llhttp} has ${names.length} leniencies, and`,
  `insecureHTTPParser turns on ${all.length}`);

const head = 'POST / HTTP/1.1\r\nHost: a\r\n';
const cases = {
  'control in a value': `${head}X: a\x01b\r\n\r\n`,
  'length and chunked':
    `${head}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'space before colon': `${head}Content-Length : 5\r\n\r\nhello`,
  'folded field': `${head}X: a\r\n b\r\n\r\n`,
  'LF behind a field': `${head}X: a\nContent-Length: 0\r\n\r\n`,
  'space behind a size': `${head}Transfer-Encoding: chunked\r\n\r\n0 \r\n\r\n`,
};

function ask(server, bytes, next) {
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  client.on('data', (data) => { answer += data; }).on('error', () => {});
  client.on('close', () => next(answer.slice(9, 12)));
  client.end(bytes);
}

const servers = [{}, { httpValidation: 'relaxed' }, { insecureHTTPParser: true }]
  .map((options) => http.createServer(options, (request, response) => {
    request.resume().on('error', () => {}).on('end', () => response.end());
  }));

function run([[name, bytes], ...others], answers = []) {
  if (answers.length < servers.length) {
    ask(servers[answers.length], bytes, (status) =>
      run([[name, bytes], ...others], [...answers, status]));
    return;
  }
  console.log(`${name.padEnd(20)} ${answers.join('      ')}`);
  if (others.length > 0) run(others);
  else servers.forEach((server) => server.close());
}

console.log(`${''.padEnd(20)} usual    relaxed  insecure`);
let listening = 0;
for (const server of servers) {
  server.listen(0, '127.0.0.1', () => {
    listening += 1;
    if (listening === servers.length) run(Object.entries(cases));
  });
}
