// What was kept in a snapshot: is it the builder's, or the program's own?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
fs.writeFileSync(path.join(dir, 'entry.cjs'), `
const kept = {
  pid: process.pid, who: process.env.WHO, argument: process.argv[2],
  at: Date.now(), random: Math.random(), env: process.env, argv: process.argv,
};
require('v8').startupSnapshot.setDeserializeMainFunction(() => {
  while (Date.now() === kept.at);
  console.log('pid is the kept one: ' + (process.pid === kept.pid));
  console.log('kept variable: ' + kept.who + ', now: ' + process.env.WHO);
  console.log('kept argument: ' + kept.argument + ', now: ' + process.argv[1]);
  console.log('env is the kept object: ' + (process.env === kept.env));
  console.log('read through it: ' + kept.env.WHO);
  console.log('argv is the kept object: ' + (process.argv === kept.argv));
  console.log('time has gone on: ' + (Date.now() > kept.at));
  console.log('chance is the kept one: ' + (Math.random() === kept.random));
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
