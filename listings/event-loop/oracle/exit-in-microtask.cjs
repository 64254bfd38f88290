// process.exit() in a microtask, with work in every queue.
process.on('exit', (code) => console.log('exit', code));
process.nextTick(() => {
  console.log('tick 1');
  process.nextTick(() => console.log('tick of the tick'));
});
queueMicrotask(() => {
  console.log('microtask 1');
  process.nextTick(() => console.log('tick 2'));
  queueMicrotask(() => console.log('microtask of the microtask'));
  process.exit(6);
});
queueMicrotask(() => console.log('microtask 2'));
setImmediate(() => console.log('immediate'));
