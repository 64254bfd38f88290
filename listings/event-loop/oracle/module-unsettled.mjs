// A top-level await that nothing can settle.
process.on('beforeExit', () => console.log('beforeExit'));
process.on('exit', (code) => console.log('exit', code));
setImmediate(() => console.log('immediate'));
console.log('before');
await new Promise(() => {});
console.log('after');
