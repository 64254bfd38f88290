// An immediate throws, the error is handled: when do the others run?
process.on('uncaughtException', (e) => console.log('caught', e.message));
setImmediate(() => {
  console.log('immediate 1');
  setTimeout(() => console.log('timer'), 1);
  const end = Date.now() + 5;
  while (Date.now() < end);
});
setImmediate(() => {
  process.nextTick(() => console.log('tick of immediate 2'));
  throw new Error('in immediate 2');
});
setImmediate(() => console.log('immediate 3, in the same phase'));
