// Who runs first: the call stack, jobs, ticks, timers, immediates?
const fs = require('node:fs');

fs.stat(__filename, () => {
  setTimeout(() => console.log('a timer'), 0);
  setImmediate(() => console.log('an immediate'));
  Promise.resolve().then(() => console.log('a reaction of a promise'));
  queueMicrotask(() => console.log('a microtask'));
  process.nextTick(() => console.log('a tick'));
  console.log('the callback itself');
});
