// A long job in a thousand steps. It gives way in setImmediate: a whole turn of the
// loop comes between two steps. `await null` gives way to other jobs only.

const start = Date.now();
const since = () => Math.round((Date.now() - start) / 5) * 5;
setTimeout(() => console.log(`timer after ${since()} ms`), 5);

(async () => {
  for (let step = 1; step <= 1000; step += 1) {
    const end = Date.now() + 1;
    while (Date.now() < end);
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log(`1000 steps after ${since()} ms`);
})();
