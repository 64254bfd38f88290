// Without 'unhandledRejection' listeners: does 'uncaughtException' get rejections?
process.on('exit', (code) => console.log('exit', code));
process.on('uncaughtException', (e, origin) => console.log(e.message, origin));
Promise.reject(new Error('one'));
Promise.reject(new Error('two'));
process.nextTick(() => console.log('tick'));
setImmediate(() => console.log('immediate'));
