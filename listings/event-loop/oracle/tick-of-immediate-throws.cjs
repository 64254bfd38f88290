// A tick between two immediates throws: who runs next, its neighbor or the immediate?
process.on('uncaughtException', (e) => console.log('caught', e.message));
setImmediate(() => {
  console.log('immediate 1');
  process.nextTick(() => { throw new Error('in tick 1'); });
  process.nextTick(() => console.log('tick 2'));
});
setImmediate(() => console.log('immediate 2'));
setImmediate(() => console.log('immediate 3'));
