// The main script throws, the error is handled: does its tick run at once?
process.on('uncaughtException', (e) => console.log('caught', e.message));
setImmediate(() => console.log('immediate'));
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('microtask'));
throw new Error('in main');
