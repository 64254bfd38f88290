// A descriptor is closed, and used once more.
const fs = require('node:fs');
process.chdir(fs.mkdtempSync(`${require('node:os').tmpdir()}/stale-`));
process.on('exit', () => fs.rmSync(process.cwd(), { recursive: true }));
fs.writeFileSync('a', 'for everybody');
fs.writeFileSync('b', 'for nobody else');

const read = (fd) => {
  const buffer = Buffer.alloc(20);
  return buffer.toString('utf8', 0, fs.readSync(fd, buffer));
};
const fd = fs.openSync('a');
fs.closeSync(fd);
let first;
try {
  read(fd);
} catch ({ message }) {
  first = message;
}
fs.openSync('b');
const second = read(fd);
console.log(`${first}\n${second}`); // only now: it may open something itself
