// One process is allowed, and we are it. The limit does not bind root.
const { execFileSync, spawn } = require('node:child_process');
execFileSync('prlimit', ['--pid', process.pid, '--nproc=1']);
if (process.getuid() === 0) {
  process.setgroups([]);
  process.setgid(65534);
  process.setuid(65534);
}
spawn('/bin/true').on('error', ({ code, errno, message }) => {
  console.log('process |', code, errno, '|', message);
});
const { Worker } = require('node:worker_threads');
try {
  new Worker('', { eval: true });
} catch ({ message }) {
  console.log('thread |', message);
}
