// An 'exit' listener throws, 'uncaughtException' handles it: which code is it?
if (process.argv[2] !== 'child') {
  const { spawnSync } = require('node:child_process');
  const child = spawnSync(process.execPath, [__filename, 'child']);
  process.stdout.write(`${child.stdout}exit code ${child.status}\n`);
  process.exit();
}
process.on('uncaughtException', (e) => console.log('caught', e.message));
process.on('exit', (code) => {
  console.log('first listener', code);
  Promise.resolve().then(() => console.log('microtask'));
  throw new Error('in the listener');
});
process.on('exit', (code) => console.log('second listener', code));
