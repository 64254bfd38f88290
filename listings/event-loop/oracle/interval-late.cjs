// An interval of 10 ms whose callback takes 35 ms: does it catch up?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

let n = 0;
let immediates = 0;
const timer = setInterval(() => {
  console.log('call', ++n, 'after', immediates, 'immediates');
  if (n === 4) return clearInterval(timer);
  setImmediate(() => immediates++);
  busy(35);
}, 10);
