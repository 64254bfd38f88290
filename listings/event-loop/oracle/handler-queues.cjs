// When does what an 'uncaughtException' listener queues run?
process.on('uncaughtException', (e) => {
  console.log('caught', e.message);
  process.nextTick(() => console.log('tick of the listener'));
  Promise.resolve().then(() => console.log('microtask of the listener'));
  setImmediate(() => console.log('immediate of the listener'));
});
setImmediate(() => { throw new Error('one'); });
setImmediate(() => console.log('immediate 2'));
