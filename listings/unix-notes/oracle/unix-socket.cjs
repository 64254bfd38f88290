// A socket has a name in the file system. Who makes it, and who takes it away?
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { once } = require('node:events');

const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'oracle-'));
const name = path.join(folder, 'socket');

const listen = (where) => new Promise((resolve) => {
  const server = net.createServer((socket) => socket.end('hello'));
  server.on('error', (error) => resolve(error.code));
  server.listen(where, () => resolve(server));
});
const connect = (where) => new Promise((resolve) => {
  const socket = net.connect(where, () => resolve('connected'));
  socket.on('error', (error) => resolve(error.code)).resume();
});

(async () => {
  console.log(`no name: ${await connect(name)}`);
  const server = await listen(name);
  console.log(`is a socket: ${fs.lstatSync(name).isSocket()}`);
  console.log(`connect: ${await connect(name)}`);
  console.log(`listen again: ${await listen(name)}`);

  // The name outlives the server, as after a crash.
  fs.renameSync(name, `${name}-stale`);
  server.close();
  await once(server, 'close');
  console.log(`stale, connect: ${await connect(`${name}-stale`)}`);
  console.log(`stale, listen: ${await listen(`${name}-stale`)}`);

  const next = await listen(name);
  next.close();
  await once(next, 'close');
  console.log(`after close: ${fs.existsSync(name) ? 'the name stays' : 'no name'}`);

  const abstract = await listen(`\0unix-notes-${process.pid}`);
  console.log(`abstract, connect: ${await connect(`\0unix-notes-${process.pid}`)}`);
  abstract.close();
  fs.rmSync(folder, { recursive: true });
})();
