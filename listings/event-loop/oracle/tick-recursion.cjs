// Does a tick that queues a tick let anything else run in between?
let n = 0;
function again() {
  console.log('tick', ++n);
  if (n < 5) process.nextTick(again);
}
setImmediate(() => console.log('immediate'));
Promise.resolve().then(() => console.log('promise'));
process.nextTick(again);
