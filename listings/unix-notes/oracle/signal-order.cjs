// A signal arrives in the middle of a line of JavaScript. When does its listener run?
process.on('SIGUSR2', () => console.log('listener'));
setImmediate(() => console.log('immediate'));
process.nextTick(() => console.log('tick'));
process.kill(process.pid, 'SIGUSR2');
console.log('after kill');
