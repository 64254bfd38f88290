// Do ticks and microtasks run between two timers that are due together?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

for (const name of ['A', 'B']) {
  setTimeout(() => {
    console.log('timer', name);
    Promise.resolve().then(() => console.log('microtask of', name));
    process.nextTick(() => console.log('tick of', name));
  }, 1);
}
setTimeout(() => console.log('timer C, of another list'), 2);
busy(10);
