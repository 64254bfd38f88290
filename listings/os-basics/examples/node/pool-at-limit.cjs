// One process is allowed, and we are it: no child, no thread.
const { execFileSync } = require('node:child_process');
execFileSync('prlimit', ['--pid', process.pid, '--nproc=1']);
if (process.getuid() === 0) {
  process.setgroups([]);
  process.setgid(65534);
  process.setuid(65534);
}
require('node:fs').stat('/', (error) => console.log(error));
