// Nobody handles a rejection: what still runs, and what is the exit code?
process.on('exit', (code) => console.log('exit', code));
Promise.reject(new Error('nobody'));
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('microtask'));
setImmediate(() => console.log('immediate'));
