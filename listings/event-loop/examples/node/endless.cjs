// An immediate throws; the handler of the error clears the immediate behind it.
// Node 26.10.0 never leaves the check phase again: this program counts, then exits.
'use strict';
let errors = 0;
process.on('uncaughtException', (error) => {
  console.log(error.message);
  clearImmediate(next);
  if (++errors === 4) process.exit();
});
setImmediate(() => { throw new Error('mine'); });
const next = setImmediate(() => console.log('cleared, so never printed'));
