// Calls and additions, nothing else: how many milliseconds?
function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
fib(20); // Something to warm up with.
const start = performance.now();
fib(30);
console.log(`fib(30) in ${(performance.now() - start).toFixed(0)} ms`);
