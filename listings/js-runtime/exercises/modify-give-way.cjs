// A long job in a thousand steps. It gives way after each, but to whom? Change it so
// that the timer fires in time, and the program prints
//
//   timer after 5 ms
//   1000 steps after 1000 ms

const start = Date.now();
const since = () => Math.round((Date.now() - start) / 5) * 5;
setTimeout(() => console.log(`timer after ${since()} ms`), 5);

// UNSOLVED: let the loop take a turn between two steps, then delete this line
(async () => {
  for (let step = 1; step <= 1000; step += 1) {
    const end = Date.now() + 1;
    while (Date.now() < end);
    await null;
  }
  console.log(`1000 steps after ${since()} ms`);
})();
