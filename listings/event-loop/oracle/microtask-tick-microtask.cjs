// A microtask queues a tick that queues a microtask: who waits for whom?
Promise.resolve().then(() => {
  console.log('microtask 1');
  process.nextTick(() => {
    console.log('tick of microtask 1');
    Promise.resolve().then(() => console.log('microtask of the tick'));
    process.nextTick(() => console.log('tick of the tick'));
  });
});
Promise.resolve().then(() => console.log('microtask 2'));
