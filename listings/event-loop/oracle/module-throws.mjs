// An ES module throws at its top level: do its ticks and microtasks still run?
process.on('exit', (code) => console.log('exit', code));
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('microtask'));
setImmediate(() => console.log('immediate'));
throw new Error('at the top level');
