// A top-level await of a rejected promise: an unhandled rejection, or an error?
process.on('exit', (code) => console.log('exit', code));
process.on('uncaughtException', (e, origin) => console.log(e.message, origin));
setImmediate(() => console.log('immediate'));
process.nextTick(() => console.log('tick'));
await Promise.reject(new Error('awaited'));
