// From inside an immediate: a timer that is due, or the next immediate?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

setImmediate(() => {
  setTimeout(() => console.log('timer: at the end of this turn'), 1);
  setImmediate(() => console.log('immediate: in the next turn'));
  busy(5);
});
