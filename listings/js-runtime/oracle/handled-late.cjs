// Rejections are handled a tick, an immediate, a timer late: who hears of it?
process.on('unhandledRejection', (reason, promise) => {
  console.log('unhandled', reason, promise instanceof Promise);
});
process.on('rejectionHandled', (promise) => {
  promise.catch((reason) => console.log('handled', reason));
});
const rejected = ['tick', 'immediate', 'timer'].map((name) => Promise.reject(name));
process.nextTick(() => rejected[0].catch(() => console.log('caught tick')));
setImmediate(() => {
  rejected[1].catch(() => console.log('caught immediate'));
  setTimeout(() => rejected[2].catch(() => console.log('caught timer')), 5);
});
