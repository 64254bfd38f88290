// Six requests at once: who waits, and who gets which connection?
const http = require('node:http');
const net = require('node:net');

// How many are asked at a time, which is how many the server waits for.
const cases = [
  ['as many sockets as requests', 6, {}],
  ['at most two sockets', 2, { maxSockets: 2 }],
  ['at most two sockets, none kept', 2, { maxSockets: 2, keepAlive: false }],
  ['at most two in all', 2, { maxTotalSockets: 2 }],
  ['one idle socket', 6, { maxFreeSockets: 1 }],
];

const server = net.createServer((socket) => {
  const number = ++connections;
  socket.on('error', () => {}).on('data', (data) => {
    const [, path] = `${data}`.split(' ');
    waiting.push({ number, path, socket });
    // The youngest connection is answered first.
    while (left > 0 && waiting.length === Math.min(atOnce, left)) {
      answer(waiting.sort((a, b) => a.number - b.number).pop());
    }
  });
});
const waiting = [];
let atOnce;
let connections;
let left;
let order;

function answer({ number, path, socket }) {
  left -= 1;
  order.push(`${path} on #${number}`);
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
}

function exchange([[name, parallel, options], ...others]) {
  [atOnce, connections, left, order] = [parallel, 0, 6, []];
  const agent = new http.Agent({ keepAlive: true, ...options });
  const { port } = server.address();
  const count = (lists) => Object.values(lists).flat().length;
  let ended = 0;
  for (let n = 1; n <= 6; n++) {
    const request = http.get({ port, host: '127.0.0.1', path: `/${n}`, agent }, (res) => res.resume());
    request.on('close', () => setImmediate(() => {
      if (++ended < 6) return;
      console.log(`  ${order.join(', ')}`);
      console.log(`  idle: ${count(agent.freeSockets)}`);
      agent.destroy();
      if (others.length > 0) exchange(others);
      else server.close();
    }));
  }
  console.log(`${name}: ${count(agent.requests)} wait`);
}

server.listen(0, '127.0.0.1', () => exchange(cases));
