// Who can keep a timer of 1 ms waiting for 100 ms? Ticks and microtasks can.
// Immediates cannot: `node starve.cjs`.
'use strict';
const { setImmediate: aTurn } = require('node:timers/promises');
const ways = {
  'process.nextTick': process.nextTick,
  'queueMicrotask': queueMicrotask,
  'setImmediate': setImmediate,
  'await a turn': async (step) => { await aTurn(); step(); },
};

function starve([name, again], whenDone) {
  const start = performance.now();
  const end = start + 100;
  let calls = 0;
  setTimeout(() => {
    const late = Math.round(performance.now() - start);
    console.log(`${name.padEnd(16)} timer of 1 ms after ${late} ms, call ${calls}`);
    whenDone();
  }, 1);
  again(function step() {
    calls += 1;
    if (performance.now() < end) again(step);
  });
}

function starveEach([way, ...rest]) {
  if (way) starve(way, () => starveEach(rest));
}

starveEach(Object.entries(ways));
