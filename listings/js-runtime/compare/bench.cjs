// One job of the comparison: prints nanoseconds per operation, or ms per process. The
// same file for all contestants: here it runs on QuickJS, there on V8.
const [job, engine] = process.argv.slice(2);

if (engine === 'jitless') {
  const { spawnSync } = require('node:child_process');
  const { stdout, status } = spawnSync(process.execPath, ['--jitless', __filename, job]);
  process.stdout.write(String(stdout));
  process.exit(status);
}

// How often a round does its operation, and what a round is. Rounds return something
// that depends on the work, so that no compiler can leave it out.
const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));
const words = Array.from({ length: 2000 }, (_, i) => `word${(i * 7919) % 1000}`);
const text = words.join(' ');
const numbers = Array.from({ length: 10_000 }, (_, i) => (i * 7919) % 10_007);
const json = JSON.stringify(words.map((word, i) => ({ word, i, list: [i, i + 1] })));
class Point {
  constructor(x, y) { this.x = x; this.y = y; }
}
const points = Array.from({ length: 100 }, (_, i) => new Point(i, -i));

const jobs = {
  'calls': [28_656, () => fib(21)],
  'properties': [50_000, () => {
    let sum = 0;
    for (let i = 0; i < 25_000; i += 1) {
      const point = points[i % 100];
      sum += point.x + point.y;
    }
    return sum;
  }],
  'objects': [20_000, () => {
    let last = null;
    for (let i = 0; i < 20_000; i += 1) last = { i, before: i & 15 ? last : null };
    return last;
  }],
  'strings': [20_000, () => {
    let line = '';
    for (let i = 0; i < 20_000; i += 1) line += i & 7;
    return line.length;
  }],
  'sort': [10_000, () => numbers.toSorted((a, b) => a - b)[5000]],
  'json': [json.length, () => JSON.stringify(JSON.parse(json)).length],
  'regexp': [text.length, () => text.match(/\b\w+[05]\b/g).length],
  'await': [10_000, async () => {
    let sum = 0;
    for (let i = 0; i < 10_000; i += 1) sum += await i;
    return sum;
  }],
  'microtasks': [10_000, () => new Promise((resolve) => {
    let left = 10_000;
    const job = () => { left -= 1; if (left === 0) resolve(left); };
    for (let i = 0; i < 10_000; i += 1) queueMicrotask(job);
  })],
  'ticks': [10_000, () => new Promise((resolve) => {
    let left = 10_000;
    const tick = () => { left -= 1; if (left === 0) resolve(left); };
    for (let i = 0; i < 10_000; i += 1) process.nextTick(tick);
  })],
  'immediates': [10_000, () => new Promise((resolve) => {
    let left = 10_000;
    const immediate = () => { left -= 1; if (left === 0) resolve(left); };
    for (let i = 0; i < 10_000; i += 1) setImmediate(immediate);
  })],
};

async function measure(operations, round) {
  let kept;
  const until = async (ms) => {
    const start = performance.now();
    let rounds = 0;
    let now = start;
    while (now - start < ms) {
      kept = await round();
      rounds += 1;
      now = performance.now();
    }
    return (now - start) * 1e6 / (rounds * operations);
  };
  await until(500); // A compiler wants to be warm.
  const result = await until(1000);
  if (kept === undefined) throw new Error('nothing was computed');
  return result;
}

function start() {
  const { spawnSync } = require('node:child_process');
  const empty = require('node:path').join(__dirname, 'empty.cjs');
  const runs = 20;
  const from = performance.now();
  for (let i = 0; i < runs; i += 1) spawnSync(process.execPath, [empty]);
  return (performance.now() - from) / runs;
}

if (job === 'start') {
  console.log(start().toFixed(3));
} else if (Object.hasOwn(jobs, job)) {
  measure(...jobs[job]).then((result) => console.log(result.toFixed(3)));
} else {
  console.error(`no such job: ${job}`);
  process.exitCode = 2;
}
