// What starves a timer that is due: endless immediates, ticks, microtasks?
const starve = (name, next) => new Promise((done) => {
  let fired = false;
  let calls = 0;
  setTimeout(() => { fired = true; }, 1);
  const end = Date.now() + 100;
  (function again() {
    calls++;
    if (Date.now() < end) return next(again);
    console.log(name, fired ? 'let the timer through' : 'starve the timer');
    setTimeout(done, 1);
  })();
});
starve('immediates', setImmediate)
  .then(() => starve('ticks', process.nextTick))
  .then(() => starve('microtasks', queueMicrotask));
