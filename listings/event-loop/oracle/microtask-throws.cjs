// A microtask throws: do the other microtasks and the ticks run?
process.on('uncaughtException', (e) => console.log('caught', e.message));
setImmediate(() => console.log('immediate'));
queueMicrotask(() => { throw new Error('in microtask 1'); });
queueMicrotask(() => console.log('microtask 2'));
Promise.resolve().then(() => process.nextTick(() => console.log('tick')));
