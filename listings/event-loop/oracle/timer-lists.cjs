// Timers of 200, 1, 200, 1 and 0 ms are all due: in which order do they run?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

setTimeout(() => console.log('200 ms, first'), 200);
setTimeout(() => console.log('1 ms, first'), 1);
setTimeout(() => console.log('200 ms, second'), 200);
setTimeout(() => console.log('1 ms, second'), 1);
setTimeout(() => console.log('0 ms, which is 1 ms'), 0);
busy(300);
