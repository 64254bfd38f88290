// A tick between two timers throws: who runs next, the tick behind it or the timer?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

process.on('uncaughtException', (e) => console.log('caught', e.message));
setTimeout(() => {
  console.log('timer A');
  process.nextTick(() => { throw new Error('in tick 1'); });
  process.nextTick(() => console.log('tick 2'));
}, 1);
setTimeout(() => console.log('timer B'), 1);
setTimeout(() => console.log('timer C, of another list'), 2);
busy(10);
