// From an I/O callback: an immediate, or a timer that is due already?
const fs = require('node:fs');
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

fs.stat(__filename, () => {
  setTimeout(() => console.log('timer'), 1);
  setImmediate(() => console.log('immediate'));
  process.nextTick(() => console.log('tick'));
  busy(5);
  console.log('stat');
});
