// A timer is due. Do a hundred immediates, ticks, microtasks let it through?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

const starve = (name, next) => new Promise((done) => {
  let fired = false;
  let calls = 0;
  setTimeout(() => { fired = true; }, 1);
  busy(5);
  (function again() {
    if (++calls < 100) return next(again);
    console.log(name, fired ? 'let the timer through' : 'starve the timer');
    setTimeout(done, 1);
  })();
});
starve('immediates', setImmediate)
  .then(() => starve('ticks', process.nextTick))
  .then(() => starve('microtasks', queueMicrotask));
