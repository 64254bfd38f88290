// One job of the comparison, for Node: prints the time of one operation.
// The same work in Rust: examples/os-basics-compare/jobs.rs, function by function.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const FILE = '/bin/true';
const [job, argument] = process.argv.slice(2);

// Nanoseconds per operation of the second call.
function measure(operations, run) {
  run(operations / 4);
  const start = performance.now();
  run(operations);
  return (performance.now() - start) * 1e6 / operations;
}

async function measureAsync(operations, run) {
  await run(operations / 4);
  const start = performance.now();
  await run(operations);
  return (performance.now() - start) * 1e6 / operations;
}

const jobs = {
  'system-call': () => measure(2_000_000, (n) => {
    for (let i = 0; i < n; i++) process.ppid;
  }),

  'stat': () => measure(200_000, (n) => {
    for (let i = 0; i < n; i++) fs.statSync(FILE);
  }),

  'stat-elsewhere': () => measureAsync(20_000, (n) => new Promise((done) => {
    const next = () => (n-- > 0 ? fs.stat(FILE, next) : done());
    next();
  })),

  'switch-processes': () => {
    const folder = fs.mkdtempSync(`${tmpdir()}/switch-`);
    const [to, back] = [`${folder}/to`, `${folder}/back`];
    execFileSync('mkfifo', [to, back]);
    spawn(process.execPath, [process.argv[1], 'echo', folder], { stdio: 'inherit' });
    const out = fs.openSync(to, 'w');
    const input = fs.openSync(back, 'r');
    const byte = Buffer.from('x');
    const time = measure(20_000, (n) => {
      for (let i = 0; i < n; i++) {
        fs.writeSync(out, byte);
        fs.readSync(input, byte);
      }
    });
    fs.closeSync(out);
    fs.rmSync(folder, { recursive: true });
    return time / 2;
  },

  'switch-threads': () => {
    const turn = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(new URL(import.meta.url), { workerData: turn });
    return new Promise((done) => worker.once('message', () => {
      const time = measure(20_000, (n) => {
        for (let i = 0; i < n; i++) {
          Atomics.store(turn, 0, 1);
          Atomics.notify(turn, 0);
          Atomics.wait(turn, 0, 1);
        }
      });
      Atomics.store(turn, 0, 2);
      Atomics.notify(turn, 0);
      done(time / 2);
    }));
  },

  'fault': () => {
    const [size, page, rounds] = [64 * 2 ** 20, 4096, 8];
    let spent = 0;
    for (let round = 0; round <= rounds; round++) {
      const memory = Buffer.alloc(size);
      const start = performance.now();
      for (let i = 0; i < size; i += page) memory[i] = 1;
      if (round > 0) spent += performance.now() - start;
    }
    return spent * 1e6 / rounds / (size / page);
  },

  'spawn': () => {
    const memory = Buffer.alloc(argument * 2 ** 20, 1);
    const time = measure(20, (n) => {
      for (let i = 0; i < n; i++) spawnSync('/bin/true');
    });
    return memory[0] && time / 1000;
  },
};

// The other side of 'switch-processes'.
function echo(folder) {
  const input = fs.openSync(`${folder}/to`, 'r');
  const out = fs.openSync(`${folder}/back`, 'w');
  const byte = Buffer.alloc(1);
  while (fs.readSync(input, byte) === 1) fs.writeSync(out, byte);
}

// The other side of 'switch-threads'.
async function answer(turn) {
  (await import('node:worker_threads')).parentPort.postMessage('ready');
  for (;;) {
    Atomics.wait(turn, 0, 0);
    const state = Atomics.load(turn, 0);
    if (state === 2) return;
    if (state === 1) {
      Atomics.store(turn, 0, 0);
      Atomics.notify(turn, 0);
    }
  }
}

if (!isMainThread) {
  await answer(workerData);
} else if (job === 'echo') {
  echo(argument);
} else if (!jobs[job] || job === 'spawn' && !(argument > 0)) {
  console.error(`\`${job}\` is no job, or lacks its MiB`);
  process.exit(2);
} else {
  console.log((await jobs[job]()).toFixed(2));
}
