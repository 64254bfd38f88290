// A server in a process of its own that closes what is idle for 20 ms, and a client
// that asks again after 20 ms: how often does the request meet the close?
const { fork } = require('node:child_process');
const http = require('node:http');

const IDLE = 20;
const CLIENTS = 10;
const TIMES = Number(process.argv[2] ?? 20);

if (process.send) {
  const options = { keepAliveTimeout: IDLE, keepAliveTimeoutBuffer: 0 };
  const server = http.createServer(options, (req, res) => {
    // Node would announce 0 s, and the Agent would keep nothing.
    res.setHeader('Keep-Alive', 'max=1000000');
    res.end();
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
} else {
  const server = fork(__filename);
  server.on('message', async (port) => {
    const results = { 'on an old connection': 0, 'on a new one': 0, ECONNRESET: 0 };
    await Promise.all(Array.from({ length: CLIENTS }, () => client(port, results)));
    console.log(`Node's Agent, ${CLIENTS * TIMES} requests`);
    for (const [name, count] of Object.entries(results)) {
      console.log(`  ${name}: ${count}`);
    }
    server.kill();
  });
}

async function client(port, results) {
  const agent = new http.Agent({ keepAlive: true });
  for (let n = 0; n < TIMES; n++) {
    results[await ask(port, agent)] += 1;
    await new Promise((resolve) => { setTimeout(resolve, IDLE); });
  }
  agent.destroy();
}

function ask(port, agent) {
  return new Promise((resolve) => {
    const request = http.get({ port, host: '127.0.0.1', agent }, (response) => {
      response.resume().on('end', () => {
        resolve(request.reusedSocket ? 'on an old connection' : 'on a new one');
      });
    });
    request.on('error', (error) => resolve(error.code));
  });
}
