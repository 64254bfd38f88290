// Ten million objects that die young, then as many of which a part grows old.
const { PerformanceObserver, constants } = require('node:perf_hooks');
const counts = { minor: 0, major: 0, ms: 0 };
new PerformanceObserver((list) => {
  for (const { duration, detail } of list.getEntries()) {
    const isMinor = detail.kind === constants.NODE_PERFORMANCE_GC_MINOR;
    counts[isMinor ? 'minor' : 'major'] += 1;
    counts.ms += duration;
  }
}).observe({ entryTypes: ['gc'] });

function report(words) {
  const { minor, major, ms } = counts;
  const text = `minor ${minor}, major ${major}, ${ms.toFixed(0)} ms in all`;
  console.log(words.padEnd(28), text);
  Object.assign(counts, { minor: 0, major: 0, ms: 0 });
}
function allocate(kept) {
  const ring = new Array(kept);
  for (let i = 0; i < 1e7; i += 1) ring[i % kept] = { i, next: null };
}
const steps = [[1, 'one object alive'], [1_000_000, 'a million objects alive']];
(function next() {
  const [kept, words] = steps.shift();
  allocate(kept);
  setTimeout(() => { // The observer is called from the loop.
    report(words);
    if (steps.length > 0) next();
  }, 20);
})();
