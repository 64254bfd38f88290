// A timer clears another one that is due in the same phase.
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

setTimeout(() => {
  console.log('A clears B and D');
  clearTimeout(b);
  clearTimeout(d);
  setTimeout(() => console.log('E, of a new list'), 1);
}, 1);
const b = setTimeout(() => console.log('B'), 1);
setTimeout(() => console.log('C'), 2);
const d = setTimeout(() => console.log('D'), 2);
busy(10);
