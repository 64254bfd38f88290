// Does what an 'unhandledRejection' listener queues run before the loop goes on?
process.on('unhandledRejection', (e) => {
  console.log('unhandled', e.message);
  process.nextTick(() => console.log('tick of the listener'));
  Promise.resolve().then(() => console.log('microtask of the listener'));
  if (e.message === 'first') Promise.reject(new Error('second'));
});
setImmediate(() => Promise.reject(new Error('first')));
setImmediate(() => console.log('immediate 2'));
