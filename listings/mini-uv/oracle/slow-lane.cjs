// Six lookups hang. Has the pool of four threads anything left for files?
process.env.UV_THREADPOOL_SIZE = '4';
const { execFileSync } = require('node:child_process');
const dns = require('node:dns');
const fs = require('node:fs');

// The C library reads this file before its first lookup. To open a pipe blocks.
const folder = fs.mkdtempSync(require('node:os').tmpdir() + '/lane-');
const pipe = process.env.RESOLV_HOST_CONF = folder + '/host.conf';
execFileSync('mkfifo', [pipe]);

let lookups = 0;
for (let i = 0; i < 6; i++) {
  dns.lookup('localhost', () => console.log(`lookup done: ${++lookups}`));
}
fs.stat('.', () => {
  console.log('stat');
  fs.readFile(__filename, () => {
    console.log('readFile');
    fs.writeFileSync(pipe, ''); // now the lookups go on
  });
});
process.on('exit', () => fs.rmSync(folder, { recursive: true }));
