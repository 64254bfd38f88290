// A blocked loop seen from another thread: the loop counts its turns of a timer in
// shared memory, and a worker waits for the count to change.
'use strict';
const { Worker, isMainThread, workerData } = require('node:worker_threads');
const PERIOD = 20; // ms from one heartbeat to the next
const PATIENCE = 100; // ms without one until the watchdog speaks

if (isMainThread) {
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const watchdog = new Worker(__filename, { workerData: beats });
  watchdog.once('online', () => {
    const heart = setInterval(() => {
      Atomics.add(beats, 0, 1);
      Atomics.notify(beats, 0);
    }, PERIOD);
    require('./app.cjs').run(() => {
      clearInterval(heart);
      watchdog.terminate();
    });
  });
} else {
  // The worker has a loop of its own and blocks it on purpose. It prints through a
  // descriptor: a worker's console.log needs the very thread that is blocked.
  const { writeSync } = require('node:fs');
  const beats = workerData;
  while (Atomics.wait(beats, 0, 0) !== 'not-equal');
  for (;;) {
    const seen = Atomics.load(beats, 0);
    const start = performance.now();
    if (Atomics.wait(beats, 0, seen, PATIENCE) !== 'timed-out') continue;
    writeSync(1, `no heartbeat for ${PATIENCE} ms: the loop is blocked\n`);
    Atomics.wait(beats, 0, seen);
    const late = Math.round(performance.now() - start);
    writeSync(1, `it beats again, after ${late} ms\n`);
  }
}
