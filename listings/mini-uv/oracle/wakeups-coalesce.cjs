// Another thread wakes the loop three times while it is busy. How many wakeups come?
const { Worker } = require('node:worker_threads');

const posted = new Int32Array(new SharedArrayBuffer(4));
const worker = new Worker(`
  const { parentPort, workerData } = require('node:worker_threads');
  for (const n of [1, 2, 3]) parentPort.postMessage(n);
  Atomics.store(workerData, 0, 1);
  Atomics.notify(workerData, 0);
`, { eval: true, workerData: posted });
worker.on('message', (n) => {
  console.log('message', n);
  setImmediate(() => console.log('immediate', n));
});
Atomics.wait(posted, 0, 0); // busy until all three are there
