// What may an 'exit' listener still queue?
process.on('exit', (code) => {
  console.log('exit', code);
  process.nextTick(() => console.log('tick'));
  setTimeout(() => console.log('timer'), 0);
  setImmediate(() => console.log('immediate'));
  Promise.resolve().then(() => console.log('microtask'));
});
