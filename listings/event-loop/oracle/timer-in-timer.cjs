// From inside a timer: the next timer, due already, or an immediate?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

setTimeout(() => {
  console.log('timer 1');
  setTimeout(() => console.log('timer 2: one turn later'), 1);
  setImmediate(() => console.log('immediate: in the next check phase'));
  busy(5);
}, 1);
