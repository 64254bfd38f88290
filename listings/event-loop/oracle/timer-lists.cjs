// Timers of 2, 1, 2, 1 and 0 ms are all due: in which order do they run?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

setTimeout(() => console.log('2 ms, first'), 2);
setTimeout(() => console.log('1 ms, first'), 1);
setTimeout(() => console.log('2 ms, second'), 2);
setTimeout(() => console.log('1 ms, second'), 1);
setTimeout(() => console.log('0 ms, which is 1 ms'), 0);
busy(20);
