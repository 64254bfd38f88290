// Do ticks and microtasks run between two immediates?
for (const name of ['A', 'B']) {
  setImmediate(() => {
    console.log('immediate', name);
    Promise.resolve().then(() => console.log('microtask of', name));
    process.nextTick(() => console.log('tick of', name));
  });
}
