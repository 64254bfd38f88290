// A file is opened while the snapshot is built. What is its descriptor worth later?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
fs.writeFileSync(path.join(dir, 'entry.cjs'), `
const fs = require('fs');
const fd = fs.openSync('entry.cjs');
console.log('builder: is a ' + typeof fd + ', opens: ' + (fs.fstatSync(fd).size > 0));
require('v8').startupSnapshot.setDeserializeMainFunction(() => {
  // Other files may have the low numbers now, so ask for one that is not open.
  try {
    console.log(fs.fstatSync(fd + 100).size);
  } catch (error) {
    console.log('program: is a ' + typeof fd + ', then ' + error.code);
  }
});`);
function node(...args) {
  const who = args.includes('--build-snapshot') ? 'the builder' : 'the process';
  const options = { cwd: dir, env: { WHO: who }, encoding: 'utf8' };
  const result = spawnSync(process.execPath, args, options);
  if (result.stdout) console.log(result.stdout.trim());
  return result;
}
node('--snapshot-blob', 'blob', '--build-snapshot', 'entry.cjs', 'built');
node('--snapshot-blob', 'blob', 'started');
fs.rmSync(dir, { recursive: true });
