// The address space has 256 MiB left. Who wants 1 GiB, and what do they get?
const fs = require('node:fs');
const { execFileSync } = require('node:child_process');
const [, kib] = /^VmSize:\s+(\d+)/m.exec(fs.readFileSync('/proc/self/status', 'utf8'));
const limit = (Number(kib) + 256 * 1024) * 1024;
execFileSync('prlimit', ['--pid', process.pid, `--as=${limit}`]);

const attempt = (what, size) => {
  try {
    console.log(what, '|', Buffer.alloc(size).length, 'bytes');
  } catch (error) {
    console.log(what, '|', error instanceof RangeError ? 'refused' : error);
  }
};
attempt('1 MiB', 2 ** 20);
attempt('1 GiB', 2 ** 30);
attempt('1 MiB', 2 ** 20);
