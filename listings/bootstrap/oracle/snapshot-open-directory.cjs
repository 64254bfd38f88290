// Can a directory that is open be part of a snapshot?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
fs.writeFileSync(path.join(dir, 'entry.cjs'), `
globalThis.directory = require('fs').opendirSync('.');
console.log('builder: reads ' + typeof directory.readSync().name);`);
function node(...args) {
  const who = args.includes('--build-snapshot') ? 'the builder' : 'the process';
  const options = { cwd: dir, env: { WHO: who }, encoding: 'utf8' };
  const result = spawnSync(process.execPath, args, options);
  // V8 prints what it could not write, with addresses; the first line is ours.
  console.log(result.stdout.split('\n')[0]);
  return result;
}
const { status } = node('--snapshot-blob', 'blob', '--build-snapshot', 'entry.cjs', 'built');
console.log(`built: ${status === 0}, there is a snapshot: ${fs.existsSync(path.join(dir, 'blob'))}`);
fs.rmSync(dir, { recursive: true });
