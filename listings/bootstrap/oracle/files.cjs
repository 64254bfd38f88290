// What do the functions of fs refuse, and with which code?
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'files-'));
const file = path.join(dir, 'file');
fs.writeFileSync(file, 'five!');
function outcome(what, call) {
  try {
    console.log(`${what}: ${typeof call()}`);
  } catch (error) {
    console.log(`${what}: ${error.code}`);
  }
}
outcome('open what is not there', () => fs.openSync(path.join(dir, 'nope')));
outcome('read a directory', () => fs.readFileSync(dir, 'utf8'));
outcome('read below a file', () => fs.readFileSync(path.join(file, 'x'), 'utf8'));
outcome('close twice', () => {
  const fd = fs.openSync(file);
  fs.closeSync(fd);
  fs.closeSync(fd);
});
outcome('open a file as a directory', () => fs.opendirSync(file));
outcome('remove a directory', () => fs.rmSync(dir));
console.log(`it is still there: ${fs.existsSync(file)}`);
outcome('remove what is not there', () => fs.rmSync(path.join(dir, 'nope')));
outcome('and force it', () => fs.rmSync(path.join(dir, 'nope'), { force: true }));
outcome('remove all', () => fs.rmSync(dir, { recursive: true }));
console.log(`it is still there: ${fs.existsSync(dir)}`);
