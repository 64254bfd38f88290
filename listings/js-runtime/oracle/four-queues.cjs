// Who runs first: the call stack, jobs, ticks, timers, immediates?
const fs = require('node:fs');

fs.stat(__filename, () => {
  setTimeout(() => console.log('6 timer'), 0);
  setImmediate(() => console.log('5 immediate'));
  Promise.resolve().then(() => console.log('3 job'));
  queueMicrotask(() => console.log('4 job'));
  process.nextTick(() => console.log('2 tick'));
  console.log('1 call stack');
});
