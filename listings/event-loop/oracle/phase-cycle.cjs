// Once around the loop: immediate, timer, I/O, immediate.
const fs = require('node:fs');
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

setImmediate(() => {
  console.log('check');
  setImmediate(() => console.log('check again'));
  setTimeout(() => console.log('timers'), 1);
  fs.stat(__filename, () => console.log('poll'));
  busy(200); // until the timer is due and the file's size is there
});
