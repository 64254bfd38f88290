// In which order do the callbacks of a snapshot run, and in which process?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
fs.writeFileSync(path.join(dir, 'entry.cjs'), `
const { startupSnapshot: s } = require('v8');
const say = (text) =>
  console.log((s.isBuildingSnapshot() ? 'builder: ' : 'program: ') + text);
s.addSerializeCallback(() => say('serialize 1'));
s.addDeserializeCallback((data) => say('deserialize 1, ' + data), 'with data');
s.addSerializeCallback(() => say('serialize 2'));
s.addDeserializeCallback(() => say('deserialize 2'));
s.setDeserializeMainFunction((data) => say('main, ' + data), 'with data');
setTimeout(() => say('timer'), 20);
process.nextTick(() => say('tick'));
say('entry point');`);
function node(...args) {
  const who = args.includes('--build-snapshot') ? 'the builder' : 'the process';
  const options = { cwd: dir, env: { WHO: who }, encoding: 'utf8' };
  const result = spawnSync(process.execPath, args, options);
  if (result.stdout) console.log(result.stdout.trim());
  return result;
}
node('--snapshot-blob', 'blob', '--build-snapshot', 'entry.cjs', 'built');
console.log('---');
node('--snapshot-blob', 'blob', 'started');
fs.rmSync(dir, { recursive: true });
