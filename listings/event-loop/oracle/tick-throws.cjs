// A tick throws, the error is handled: when do the other ticks run?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

process.on('uncaughtException', (e) => console.log('caught', e.message));
process.nextTick(() => console.log('tick 1'));
process.nextTick(() => { throw new Error('in tick 2'); });
process.nextTick(() => console.log('tick 3'));
Promise.resolve().then(() => console.log('microtask'));
setTimeout(() => console.log('timer A'), 1);
setTimeout(() => console.log('timer B'), 1);
setImmediate(() => console.log('immediate'));
busy(10);
