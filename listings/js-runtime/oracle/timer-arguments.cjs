// What does a timer's callback get, and what is `this`?
const timeout = setTimeout(function (...args) {
  console.log(this === timeout, args, arguments.length);
  const immediate = setImmediate(function (...args) {
    console.log(this === immediate, args);
    start();
  }, 'c');
}, 1, 'a', { b: 1 });
process.nextTick(function (...args) { console.log(this === undefined, args); }, 'd');
function start() {
  let left = 2;
  const interval = setInterval((name) => {
    console.log(name, left);
    left -= 1;
    if (left === 0) clearInterval(interval);
  }, 5, 'interval');
}
