// Three requests in one write, and handlers that answer in another order: who has the
// socket, and who waits for it?
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const { once } = require('node:events');
const { setImmediate: turn } = require('node:timers/promises');

const responses = new Map();
const sent = [];
const steps = [];

function step(runs, line) {
  console.log(line);
  const paths = [...responses.keys()];
  const which = (test) => paths.filter((path) => test(responses.get(path)));
  const lanes = {
    handlers: which((res) => !res.writableEnded),
    socket: which((res) => res.socket !== null),
    queue: which((res) => res.socket === null && res.writableLength > 0),
    sent: [...sent],
  };
  for (const lane in lanes) if (lanes[lane].length === 0) delete lanes[lane];
  steps.push({ runs, prints: [line], lanes });
}

const server = http.createServer((req, res) => {
  responses.set(req.url, res);
  res.on('finish', () => sent.push(req.url));
  step(`request ${req.url}`, `GET ${req.url}`);
  if (req.url === '/3') setImmediate(answer);
});

async function answer() {
  const [one, two, three] = responses.values();
  three.end('three');
  await turn();
  step('handler /3', '/3 ends');
  two.write('tw');
  await turn();
  step('handler /2', '/2 writes');
  one.end('one');
  await once(one, 'finish');
  await turn();
  step('handler /1', '/1 ends');
  two.end('o');
  await once(three, 'finish');
  await turn();
  step('handler /2', '/2 ends');
}

server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1');
  const request = (path, fields = '') =>
    `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
  const last = request('/3', 'Connection: close\r\n');
  client.write(request('/1') + request('/2') + last);
  client.resume().on('close', () => server.close());
});

// Where `cargo run -- oracle` looks on: its own watcher follows the loop, not this.
process.on('exit', () => {
  if (!process.env.TRACE) return;
  const lines = steps.map((step) => `\n    ${JSON.stringify(step)}`);
  fs.writeFileSync(process.env.TRACE, `{
  "voice": "node",
  "by": "${process.versions.node}",
  "lanes": ["handlers", "socket", "queue", "sent"],
  "steps": [${lines}
  ]
}
`);
});
