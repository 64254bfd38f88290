// Does an immediate queued by a tick between two immediates run in this phase?
setImmediate(() => {
  console.log('immediate 1');
  process.nextTick(() => setImmediate(() => console.log('immediate of the tick')));
  Promise.resolve().then(() => {
    setImmediate(() => console.log('immediate of the microtask'));
  });
});
setImmediate(() => console.log('immediate 2'));
