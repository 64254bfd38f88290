// A snapshot has no main function. What does it start?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
fs.writeFileSync(path.join(dir, 'entry.cjs'), `
globalThis.prepared = { by: process.env.WHO };`);
function node(...args) {
  const who = args.includes('--build-snapshot') ? 'the builder' : 'the process';
  const options = { cwd: dir, env: { WHO: who }, encoding: 'utf8' };
  const result = spawnSync(process.execPath, args, options);
  if (result.stdout) console.log(result.stdout.trim());
  return result;
}
node('--snapshot-blob', 'blob', '--build-snapshot', 'entry.cjs', 'built');
fs.writeFileSync(path.join(dir, 'app.cjs'), `
  console.log('app: prepared by ' + prepared.by + ', run by ' + process.env.WHO);
  console.log('argv[1]: ' + require('path').basename(process.argv[1]));
  console.log('the rest: ' + process.argv.slice(2).join());`);
node('--snapshot-blob', 'blob', 'app.cjs', 'x');
fs.rmSync(dir, { recursive: true });
