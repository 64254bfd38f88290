// A kept function is one of the host's. Does it still work, and on what?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
fs.writeFileSync(path.join(dir, 'entry.cjs'), `
const { readFileSync } = require('fs');
const { cwd } = process;
require('v8').startupSnapshot.setDeserializeMainFunction(() => {
  console.log('reads: ' + readFileSync('now.txt', 'utf8'));
  console.log('cwd is now: ' + (cwd() === require('path').dirname(require('fs').realpathSync('now.txt'))));
  console.log('still the same function: ' + (readFileSync === require('fs').readFileSync));
});`);
function node(...args) {
  const who = args.includes('--build-snapshot') ? 'the builder' : 'the process';
  const options = { cwd: dir, env: { WHO: who }, encoding: 'utf8' };
  const result = spawnSync(process.execPath, args, options);
  if (result.stdout) console.log(result.stdout.trim());
  return result;
}
node('--snapshot-blob', 'blob', '--build-snapshot', 'entry.cjs', 'built');
fs.writeFileSync(path.join(dir, 'now.txt'), 'what is there now');
node('--snapshot-blob', 'blob', 'started');
fs.rmSync(dir, { recursive: true });
