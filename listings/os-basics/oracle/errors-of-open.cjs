// What is wrong with the path? Eight answers.
const fs = require('node:fs');
const { mkdtempSync, rmSync } = fs;
process.chdir(mkdtempSync(`${require('node:os').tmpdir()}/errors-`));
process.on('exit', () => rmSync(process.cwd(), { recursive: true }));

fs.writeFileSync('file', 'text');
fs.mkdirSync('folder');
fs.symlinkSync('loop', 'loop');

function attempt(path, flags = 'r') {
  try {
    const fd = fs.openSync(path, flags);
    fs.readSync(fd, Buffer.alloc(1));
    console.log('no error');
  } catch ({ code, errno, syscall, message }) {
    console.log(code, errno, syscall, '|', message.slice(0, 64));
  }
}
attempt('missing');
attempt('file/below');
attempt('folder');
attempt('folder', 'w');
attempt('file', 'wx');
attempt('loop');
attempt('x'.repeat(256));
attempt('');
