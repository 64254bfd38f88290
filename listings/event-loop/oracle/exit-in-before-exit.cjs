// process.exit() in 'beforeExit', after reviving the loop.
process.on('beforeExit', () => {
  console.log('beforeExit');
  setImmediate(() => console.log('revived'));
  process.nextTick(() => console.log('tick'));
  process.exit(8);
});
process.on('exit', (code) => console.log('exit', code));
