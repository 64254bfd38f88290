// Do closures come out of a snapshot with the variables they share?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
fs.writeFileSync(path.join(dir, 'entry.cjs'), `
// ANCHOR: entry
let count = 10;
const counter = { up: () => { count += 1; return count; }, read: () => count };
counter.self = counter;
const again = counter.up;
counter.up();
require('v8').startupSnapshot.setDeserializeMainFunction(() => {
  console.log('up: ' + counter.up() + ', read: ' + counter.read());
  console.log('one function, two names: ' + (again === counter.up));
  console.log('cycles: ' + (counter.self.self === counter));
  console.log('prototype: ' + (Object.getPrototypeOf(counter) === Object.prototype));
});
// ANCHOR_END: entry
`);
function node(...args) {
  const who = args.includes('--build-snapshot') ? 'the builder' : 'the process';
  const options = { cwd: dir, env: { WHO: who }, encoding: 'utf8' };
  const result = spawnSync(process.execPath, args, options);
  if (result.stdout) console.log(result.stdout.trim());
  return result;
}
node('--snapshot-blob', 'blob', '--build-snapshot', 'entry.cjs', 'built');
node('--snapshot-blob', 'blob', 'started');
node('--snapshot-blob', 'blob', 'started');
fs.rmSync(dir, { recursive: true });
