// 64 descriptors, 150 files: which of them are too many at once?
const fs = require('node:fs');
process.chdir(fs.mkdtempSync(`${require('node:os').tmpdir()}/at-once-`));
fs.writeFileSync('half', Buffer.alloc(512 * 1024));
fs.writeFileSync('more', Buffer.alloc(512 * 1024 + 1));
require('node:child_process').execFileSync(
  'prlimit', ['--pid', process.pid, '--nofile=64'],
);

async function attempt(what, file, atOnce) {
  let refused = false;
  for (let read = 0; read < 150; read += atOnce) {
    const files = Array.from({ length: atOnce }, () => fs.promises.readFile(file));
    for (const { reason } of await Promise.allSettled(files)) {
      if (reason) refused ||= reason.code;
    }
  }
  console.log(what, '|', refused || 'all are read');
}
(async () => {
  await attempt('512 KiB, 150 at once', 'half', 150);
  await attempt('a byte more, 150 at once', 'more', 150);
  await attempt('a byte more, 15 at once', 'more', 15);
  fs.rmSync(process.cwd(), { recursive: true });
})();
