// Nobody handles an error: what still runs?
process.on('beforeExit', () => console.log('beforeExit'));
process.on('exit', (code) => {
  console.log('exit', code);
  Promise.resolve().then(() => console.log('microtask of exit'));
});
setImmediate(() => console.log('immediate 1'));
setImmediate(() => {
  process.nextTick(() => console.log('tick'));
  throw new Error('fatal');
});
setImmediate(() => console.log('immediate 3'));
