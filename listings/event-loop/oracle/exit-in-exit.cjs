// process.exit() inside an 'exit' listener: which exit code wins?
if (process.argv[2] !== 'child') {
  const { spawnSync } = require('node:child_process');
  const child = spawnSync(process.execPath, [__filename, 'child']);
  process.stdout.write(`${child.stdout}exit code ${child.status}\n`);
  process.exit();
}
process.exitCode = 4;
process.on('exit', (code) => {
  console.log('first listener', code);
  process.exit(5);
});
process.on('exit', (code) => console.log('second listener', code));
