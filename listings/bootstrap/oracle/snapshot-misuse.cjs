// What is an error when a snapshot is built, and what when it is not?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
fs.writeFileSync(path.join(dir, 'entry.cjs'), `
const { startupSnapshot: s } = require('v8');
s.setDeserializeMainFunction(() => {
  try {
    s.addDeserializeCallback(() => {});
  } catch (error) {
    console.log('program: ' + error.code);
  }
});
try {
  s.setDeserializeMainFunction(() => {});
} catch (error) {
  console.log('builder: ' + error.code);
}`);
function node(...args) {
  const who = args.includes('--build-snapshot') ? 'the builder' : 'the process';
  const options = { cwd: dir, env: { WHO: who }, encoding: 'utf8' };
  const result = spawnSync(process.execPath, args, options);
  if (result.stdout) console.log(result.stdout.trim());
  return result;
}
node('--snapshot-blob', 'blob', '--build-snapshot', 'entry.cjs', 'built');
node('--snapshot-blob', 'blob', 'started');
try {
  require('node:v8').startupSnapshot.setDeserializeMainFunction(() => {});
} catch (error) {
  console.log(`neither: ${error.code}`);
}
fs.rmSync(dir, { recursive: true });
