// What happens with a snapshot that is none?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
fs.writeFileSync(path.join(dir, 'entry.cjs'), `
require('v8').startupSnapshot.setDeserializeMainFunction(() => console.log('ran'));`);
function node(...args) {
  const who = args.includes('--build-snapshot') ? 'the builder' : 'the process';
  const options = { cwd: dir, env: { WHO: who }, encoding: 'utf8' };
  const result = spawnSync(process.execPath, args, options);
  if (result.stdout) console.log(result.stdout.trim());
  return result;
}
node('--snapshot-blob', 'blob', '--build-snapshot', 'entry.cjs', 'built');
node('--snapshot-blob', 'blob', 'started');
for (const text of ['', 'a'.repeat(1000)]) {
  fs.writeFileSync(path.join(dir, 'blob'), text);
  const { status } = node('--snapshot-blob', 'blob', 'started');
  console.log(`${text.length} bytes of something else: ${status}`);
}
fs.rmSync(path.join(dir, 'blob'));
const { status } = node('--snapshot-blob', 'blob', 'started');
console.log(`no file: ${status}`);
fs.rmSync(dir, { recursive: true });
