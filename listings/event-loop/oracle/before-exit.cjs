// How often can 'beforeExit' revive the loop?
let n = 0;
process.on('beforeExit', (code) => {
  console.log('beforeExit', ++n, 'code', code);
  process.nextTick(() => console.log('tick'));
  Promise.resolve().then(() => console.log('microtask'));
  if (n < 3) setImmediate(() => console.log('revived'));
});
process.on('exit', (code) => console.log('exit', code));
