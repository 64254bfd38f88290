// When are the permissions of a file looked at?
const fs = require('node:fs');
const path = require('node:path');

const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'oracle-'));
const at = (name) => path.join(folder, name);
const mode = (name) => (fs.statSync(at(name)).mode & 0o777).toString(8);

process.umask(0o022);
fs.writeFileSync(at('default'), '');
fs.writeFileSync(at('asked'), '', { mode: 0o666 });
fs.writeFileSync(at('script'), '', { mode: 0o777 });
fs.mkdirSync(at('folder'));
process.umask(0o077);
fs.writeFileSync(at('private'), '');
for (const name of ['default', 'asked', 'script', 'folder', 'private']) {
  console.log(`${name}: ${mode(name)}`);
}

const fd = fs.openSync(at('default'), 'r+');
fs.chmodSync(at('default'), 0o000);
console.log(`mode 000: ${fs.writeSync(fd, 'written')} bytes written`);
fs.unlinkSync(at('default'));
console.log(`no name: ${fs.writeSync(fd, ', again')} bytes written`);
console.log(`it holds: ${fs.readFileSync(`/proc/self/fd/${fd}`)}`);
console.log(`links: ${fs.fstatSync(fd).nlink}`);
fs.rmSync(folder, { recursive: true });
