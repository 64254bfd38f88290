// One timer of a list is due, the next is not: who runs in between?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

setTimeout(() => console.log('A, 40 ms, armed at 0'), 40);
busy(20);
setTimeout(() => console.log('B, 40 ms, armed at 20'), 40);
busy(5);
setTimeout(() => console.log('C, 20 ms, armed at 25'), 20);
