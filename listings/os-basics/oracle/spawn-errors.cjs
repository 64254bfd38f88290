// Which errors does spawn throw, and which does it emit?
const fs = require('node:fs');
const { spawn } = require('node:child_process');
process.chdir(fs.mkdtempSync(`${require('node:os').tmpdir()}/spawn-`));
process.on('exit', () => fs.rmSync(process.cwd(), { recursive: true }));
fs.writeFileSync('text', 'not a program', { mode: 0o644 });
fs.writeFileSync('garbage', 'neither', { mode: 0o755 });

const tell = (how, { code, errno, message }) => {
  console.log(how, code, errno, '|', message);
};
function attempt(file, args = [], options = {}) {
  try {
    const child = spawn(file, args, options);
    child.on('error', (error) => tell('emitted', error));
    child.on('exit', (code, signal) => console.log('exit', code, signal));
  } catch (error) {
    tell('thrown', error);
  }
}
attempt('./missing');
attempt('./text');
attempt('/bin/true', [], { cwd: 'nowhere' });
attempt('./text/below');
attempt('./garbage');
attempt('/bin/true', ['x'.repeat(200_000)]);
