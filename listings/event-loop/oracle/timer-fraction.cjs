// Is 1.9 ms later than 1 ms?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

const slow = setTimeout(() => console.log('1.9 ms'), 1.9);
const fast = setTimeout(() => console.log('1 ms'), 1);
setTimeout(() => console.log('2 ms'), 2);
setTimeout(() => console.log('1.5 ms'), 1.5);
console.log(slow._idleTimeout, fast._idleTimeout);
busy(10);
