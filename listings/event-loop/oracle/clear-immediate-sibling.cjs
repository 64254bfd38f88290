// An immediate, then a tick, clear immediates of their own generation.
setImmediate(() => {
  console.log('A clears B');
  clearImmediate(b);
  process.nextTick(() => {
    console.log('tick clears C');
    clearImmediate(c);
  });
});
const b = setImmediate(() => console.log('B'));
const c = setImmediate(() => console.log('C'));
setImmediate(() => console.log('D'));
