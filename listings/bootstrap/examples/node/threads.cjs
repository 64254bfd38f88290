// The names of the threads of this process: at the first line, after the first job of
// the thread pool, and with a worker.
const fs = require('node:fs');
const { Worker } = require('node:worker_threads');

const seen = new Map();
function tell(when) {
  const counts = new Map();
  for (const task of fs.readdirSync('/proc/self/task')) {
    const name = fs.readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const news = [...counts].filter(([name, count]) => seen.get(name) !== count);
  for (const [name, count] of news) seen.set(name, count);
  const words = news.map(([name, count]) => `${name} × ${count}`).sort();
  console.log(`${when}:\n  ${words.join(', ')}`);
}
tell('at the first line');
fs.stat('.', () => {
  tell('after the first job, also');
  const worker = new Worker('require("node:worker_threads").parentPort.once("message", () => {})',
                            { eval: true });
  worker.once('online', () => {
    tell('with a worker, also');
    worker.postMessage('end');
  });
});
