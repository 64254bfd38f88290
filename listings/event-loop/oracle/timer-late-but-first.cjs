// Two lists are due. Does the timer that was due first run first?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

setTimeout(() => console.log('10 ms, armed at 0, due at 10'), 10);
busy(5);
setTimeout(() => console.log('20 ms, armed at 5, due at 25'), 20);
busy(10);
setTimeout(() => console.log('10 ms, armed at 15, due at 25 or later'), 10);
setTimeout(() => console.log('5 ms, armed at 15, due at 20'), 5);
busy(60);
