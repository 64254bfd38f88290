// A timer throws in the middle of its list: what of the rest, and of its ticks?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

process.on('uncaughtException', (e) => console.log('caught', e.message));
setTimeout(() => console.log('timer A'), 1);
setTimeout(() => {
  process.nextTick(() => console.log('tick of timer B'));
  throw new Error('in timer B');
}, 1);
setTimeout(() => console.log('timer C'), 1);
setTimeout(() => console.log('timer D, of another list'), 2);
setImmediate(() => console.log('immediate'));
busy(10);
