// An interval clears itself in its third call.
let n = 0;
const timer = setInterval(() => {
  console.log('call', ++n);
  if (n === 3) clearInterval(timer);
  Promise.resolve().then(() => console.log('microtask'));
}, 1);
process.on('exit', () => console.log('exit'));
