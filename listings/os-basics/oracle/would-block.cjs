// Nothing is there to be read: wait, or say so?
const fs = require('node:fs');
const { O_RDWR, O_NONBLOCK } = fs.constants;
process.chdir(fs.mkdtempSync(`${require('node:os').tmpdir()}/pipe-`));
process.on('exit', () => fs.rmSync(process.cwd(), { recursive: true }));
require('node:child_process').execFileSync('mkfifo', ['pipe']);
const fd = fs.openSync('pipe', O_RDWR | O_NONBLOCK);
const buffer = Buffer.alloc(100);

try {
  fs.readSync(fd, buffer);
} catch ({ code, errno, message }) {
  console.log(code, errno, '|', message);
}
fs.writeSync(fd, 'seven..');
console.log('asked for 5, got', fs.readSync(fd, buffer, 0, 5));
console.log('asked for 100, got', fs.readSync(fd, buffer, 0, 100));
