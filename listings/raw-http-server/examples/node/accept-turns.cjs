// Many connections wait to be accepted. How many does Node take in a turn of its loop?
const net = require('node:net');
const { spawnSync } = require('node:child_process');
const { performance } = require('node:perf_hooks');

const count = 500;
const turns = new Map();
let accepted = 0;

const server = net.createServer((socket) => {
  const turn = performance.nodeTiming.uvMetricsInfo.loopCount;
  turns.set(turn, (turns.get(turn) ?? 0) + 1);
  socket.destroy();
  accepted += 1;
  if (accepted < count) return;
  server.close();
  const most = Math.max(...turns.values());
  console.log(`${count} connections in ${turns.size} turns, at most ${most} in one`);
});

server.listen({ port: 0, host: '127.0.0.1', backlog: count }, () => {
  const client = `
    let connected = 0;
    for (let i = 0; i < ${count}; i++) {
      require('node:net').connect(${server.address().port}, '127.0.0.1', () => {
        connected += 1;
        if (connected === ${count}) process.exit();
      });
    }`;
  // Nobody accepts meanwhile: when it returns, all of them wait in the kernel.
  spawnSync(process.execPath, ['-e', client]);
});
