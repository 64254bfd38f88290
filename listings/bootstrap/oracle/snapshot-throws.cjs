// The entry point throws, or exits. Is there a snapshot?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
fs.writeFileSync(path.join(dir, 'entry.cjs'), `
if (process.argv[2] === 'throws') throw new Error('broken entry point');
if (process.argv[2] === 'exits') process.exit(5);
setTimeout(() => { throw new Error('broken timer'); }, 5);`);
function node(...args) {
  const who = args.includes('--build-snapshot') ? 'the builder' : 'the process';
  const options = { cwd: dir, env: { WHO: who }, encoding: 'utf8' };
  return spawnSync(process.execPath, args, options);
}
for (const how of ['throws', 'exits', 'later']) {
  const { status } = node('--snapshot-blob', 'blob', '--build-snapshot', 'entry.cjs', how);
  console.log(`${how}: ${status}, there is a snapshot: ${fs.existsSync(path.join(dir, 'blob'))}`);
}
fs.rmSync(dir, { recursive: true });
