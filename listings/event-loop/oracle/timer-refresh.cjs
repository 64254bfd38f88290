// What does refresh() do, before and after a timer fired?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

let fired = 0;
const timer = setTimeout(() => {
  console.log('fired', ++fired);
  if (fired < 3) timer.refresh();
}, 20);
setTimeout(() => console.log('another of 20 ms'), 20);
busy(10);
timer.refresh(); // behind the other one now
process.on('exit', () => console.log('exit'));
