// O_NONBLOCK belongs to the open file, not to the process. Who else gets it?
const { spawn } = require('node:child_process');
const { closeSync, constants, mkdtempSync, openSync } = require('node:fs');
const { readFileSync, rmSync } = require('node:fs');
const path = require('node:path');
const { once } = require('node:events');

const folder = mkdtempSync(path.join(require('node:os').tmpdir(), 'oracle-'));
const nonblocking = (fd) => {
  const [, flags] = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`));
  return (parseInt(flags, 8) & constants.O_NONBLOCK) !== 0;
};

async function watch(what, fd, signal) {
  const program = `
    process.stdout;
    console.error('opened');
    process.stdin.resume();`;
  const stdio = ['pipe', fd, 'pipe'];
  const child = spawn(process.execPath, ['-e', program], { stdio });
  const before = nonblocking(fd);
  await once(child.stderr, 'data');
  const during = nonblocking(fd);
  if (signal) child.kill(signal);
  else child.stdin.end();
  await once(child, 'close');
  console.log(`${what}: before ${before}, during ${during}, after ${nonblocking(fd)}`);
  closeSync(fd);
}

(async () => {
  const fifo = path.join(folder, 'fifo');
  require('node:child_process').execFileSync('mkfifo', [fifo]);
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  await watch('file', openSync(path.join(folder, 'file'), 'w'));
  await watch('pipe', openSync(fifo, constants.O_WRONLY));
  for (const signal of ['SIGTERM', 'SIGHUP']) {
    await watch(`pipe, ${signal}`, openSync(fifo, constants.O_WRONLY), signal);
  }
  closeSync(reader);
  rmSync(folder, { recursive: true });
})();
