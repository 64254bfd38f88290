// In which order does a script's main part start everything?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

setTimeout(() => console.log('timeout'), 0);
setImmediate(() => console.log('immediate'));
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('promise'));
queueMicrotask(() => console.log('microtask'));
(async () => {
  console.log('async body');
  await undefined;
  console.log('after await');
})();
busy(5); // the timer is due before the loop starts
console.log('main end');
