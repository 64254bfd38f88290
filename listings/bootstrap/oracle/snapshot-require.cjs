// What can the entry point of a snapshot require?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
fs.writeFileSync(path.join(dir, 'entry.cjs'), `
for (const request of ['fs', 'node:path', './other.cjs', 'nope']) {
  try {
    console.log(request + ': ' + typeof require(request));
  } catch (error) {
    console.log(request + ': ' + error.code);
  }
}`);
function node(...args) {
  const who = args.includes('--build-snapshot') ? 'the builder' : 'the process';
  const options = { cwd: dir, env: { WHO: who }, encoding: 'utf8' };
  const result = spawnSync(process.execPath, args, options);
  if (result.stdout) console.log(result.stdout.trim());
  return result;
}
fs.writeFileSync(path.join(dir, 'other.cjs'), '');
node('--snapshot-blob', 'blob', '--build-snapshot', 'entry.cjs', 'built');
fs.rmSync(dir, { recursive: true });
