// The contestant Node: `server.mjs serve PORT`, or `server.mjs ask PORT SECONDS kept|new`,
// which prints how many requests it made in a second.
import http from 'node:http';

const [what, port, seconds, connections] = process.argv.slice(2);

if (what === 'serve') {
  http.createServer((request, response) => {
    response.setHeader('Content-Type', 'text/plain');
    response.end('Hello, World!');
  }).listen({ port: Number(port), host: '127.0.0.1' });
} else {
  const agent = new http.Agent({ keepAlive: connections === 'kept' });
  const options = { host: '127.0.0.1', port, agent };
  const ask = () => new Promise((resolve, reject) => {
    const request = http.get(options, (response) => response.resume().on('end', resolve));
    request.on('error', reject);
  });
  // How many requests a second, for so many seconds.
  const rate = async (seconds) => {
    const start = process.hrtime.bigint();
    const end = start + BigInt(seconds) * 1_000_000_000n;
    let count = 0;
    await Promise.all(Array.from({ length: 16 }, async () => {
      while (process.hrtime.bigint() < end) {
        await ask();
        count += 1;
      }
    }));
    return count / (Number(process.hrtime.bigint() - start) / 1e9);
  };
  // Compilers and caches warm up.
  await rate(1);
  console.log(await rate(seconds));
  agent.destroy();
}
