// process.exit() in a tick: what runs afterwards?
process.on('beforeExit', () => console.log('beforeExit'));
process.on('exit', (code) => {
  console.log('exit', code);
  Promise.resolve().then(() => console.log('microtask of exit'));
});
setImmediate(() => console.log('immediate'));
Promise.resolve().then(() => console.log('microtask'));
process.nextTick(() => {
  console.log('tick 1');
  process.exit(3);
});
process.nextTick(() => console.log('tick 2'));
