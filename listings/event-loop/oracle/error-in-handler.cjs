// The 'uncaughtException' listener throws: is there an 'exit' event, and which code?
if (process.argv[2] !== 'child') {
  const { spawnSync } = require('node:child_process');
  const child = spawnSync(process.execPath, [__filename, 'child']);
  process.stdout.write(`${child.stdout}exit code ${child.status}\n`);
  process.exit();
}
process.on('exit', (code) => console.log('exit', code));
process.on('uncaughtException', (e) => {
  console.log('caught', e.message);
  throw new Error('in the listener');
});
setImmediate(() => { throw new Error('first'); });
setImmediate(() => console.log('immediate 2'));
