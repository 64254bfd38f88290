// Two lists are due. Does the timer that was due first run first?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

setTimeout(() => console.log('20 ms, armed at 0, due at 20'), 20);
busy(30);
setTimeout(() => console.log('1 ms, armed at 30, due at 31'), 1);
setTimeout(() => console.log('20 ms, armed at 30, due at 50'), 20);
busy(60);
