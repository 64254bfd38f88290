// An error in a job, one in a reaction: which of them is uncaught?
process.on('uncaughtException', (e, origin) => {
  console.log('uncaught', e.message, origin);
});
queueMicrotask(() => { throw new Error('in queueMicrotask'); });
Promise.resolve().then(() => { throw new Error('in then'); });
Promise.resolve().then(() => console.log('the next job'));
process.nextTick(() => console.log('tick'));
