// No file may grow beyond 1,000 bytes. This one wants 2,000.
const fs = require('node:fs');
process.chdir(fs.mkdtempSync(`${require('node:os').tmpdir()}/large-`));
process.on('exit', () => fs.rmSync(process.cwd(), { recursive: true }));
require('node:child_process').execFileSync(
  'prlimit', ['--pid', process.pid, '--fsize=1000'],
);

const fd = fs.openSync('file', 'w');
console.log('wrote', fs.writeSync(fd, Buffer.alloc(2000)));
try {
  fs.writeSync(fd, Buffer.alloc(1000));
} catch ({ code, errno, message }) {
  console.log(code, errno, '|', message);
}
console.log('the file has', fs.statSync('file').size);
