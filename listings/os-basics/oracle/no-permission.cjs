// A file that nobody may read. Root may, so root steps down for it.
const fs = require('node:fs');
process.chdir(fs.mkdtempSync(`${require('node:os').tmpdir()}/secret-`));
fs.chmodSync('.', 0o755);
fs.writeFileSync('secret', 'text', { mode: 0o000 });

const root = process.geteuid() === 0;
if (root) process.seteuid(65534);
for (const flags of ['r', 'w', 'r+']) {
  try {
    fs.openSync('secret', flags);
    console.log('no error');
  } catch ({ code, errno, message }) {
    console.log(flags, '|', code, errno, '|', message);
  }
}
if (root) process.seteuid(0);
fs.rmSync(process.cwd(), { recursive: true });
