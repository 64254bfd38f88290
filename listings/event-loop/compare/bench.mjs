// One job of the comparison, for Node: prints nanoseconds per operation.
// The same work in Rust: examples/event-loop-compare.rs, function by function.

const SHORT = 50; // Timers that fire last from 1 to this many ms.
const ALL_DUE = SHORT + 10; // After this many ms they are all due.
const LONG = 1000; // Timers that never fire: a minute and up to this many ms more.

const [job, timers] = process.argv.slice(2);
const plans = {
  'ticks': [1000, 6000, 1000],
  'microtasks': [1000, 6000, 1000],
  'promise-hops': [1000, 6000, 1000],
  'immediates': [1000, 6000, 1000],
  'turns': [1000, 600, 200],
  'timers-schedule': [50_000, 20, 10],
  'timers-cancel': [50_000, 20, 10],
  'timers-fire': [50_000, 10, 8],
  'timers-growth': [Number(timers), Math.min(Math.max(200_000 / timers, 2), 20), 0],
};

// A job on its way. Every round starts in an immediate of its own.
class Bench {
  spent = 0;
  roundsDone = 0;
  constructor([operations, rounds, warmUp], round, whenDone) {
    Object.assign(this, { operations, rounds, warmUp, round, whenDone });
  }

  nextRound() {
    setImmediate(() => {
      this.callbacksLeft = this.operations;
      this.round(this);
    });
  }

  endRound() {
    this.roundsDone += 1;
    if (this.roundsDone === this.warmUp) this.spent = 0;
    if (this.roundsDone < this.warmUp + this.rounds) this.nextRound();
    else this.whenDone(this.spent * 1e6 / (this.operations * this.rounds));
  }

  start() {
    this.since = performance.now();
  }

  stop() {
    this.spent += performance.now() - this.since;
  }

  // What every callback does: counts, and ends the round if it is the last.
  count() {
    this.callbacksLeft -= 1;
    if (this.callbacksLeft === 0) {
      this.stop();
      this.endRound();
    }
  }
}

function ticks(bench) {
  bench.start();
  for (let i = 0; i < bench.operations; i++) process.nextTick(() => bench.count());
}

function microtasks(bench) {
  bench.start();
  for (let i = 0; i < bench.operations; i++) queueMicrotask(() => bench.count());
}

function promiseHops(bench) {
  bench.start();
  let promise = Promise.resolve();
  for (let i = 0; i < bench.operations; i++) {
    promise = promise.then(() => bench.count());
  }
}

function immediates(bench) {
  bench.start();
  for (let i = 0; i < bench.operations; i++) setImmediate(() => bench.count());
}

function turns(bench) {
  bench.start();
  anotherTurn(bench);
}

function anotherTurn(bench) {
  setImmediate(() => {
    if (bench.callbacksLeft > 1) anotherTurn(bench);
    bench.count();
  });
}

// Schedules timers that do not fire and clears them, every 7,919th first: neither the
// order in which they came nor its reverse. The stopwatch sees one of the two.
function scheduleAndCancel(bench, watchSchedule) {
  const timers = bench.operations;
  const handles = [];
  if (watchSchedule) bench.start();
  for (let i = 0; i < timers; i++) {
    handles.push(setTimeout(() => bench.count(), 60_000 + i % LONG));
  }
  if (watchSchedule) bench.stop();
  else bench.start();
  for (let i = 0; i < timers; i++) clearTimeout(handles[i * 7919 % timers]);
  if (!watchSchedule) bench.stop();
}

function timersSchedule(bench) {
  scheduleAndCancel(bench, true);
  bench.endRound();
}

function timersCancel(bench) {
  scheduleAndCancel(bench, false);
  bench.endRound();
}

// Schedules timers and waits until all are due: they fire in this turn.
function scheduleShort(bench) {
  for (let i = 0; i < bench.operations; i++) {
    setTimeout(() => bench.count(), 1 + i % SHORT);
  }
}

function busyWait(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function timersFire(bench) {
  scheduleShort(bench);
  busyWait(ALL_DUE);
  bench.start();
}

function timersGrowth(bench) {
  bench.start();
  scheduleShort(bench);
  bench.stop();
  busyWait(ALL_DUE);
  bench.start();
}

const rounds = {
  'ticks': ticks,
  'microtasks': microtasks,
  'promise-hops': promiseHops,
  'immediates': immediates,
  'turns': turns,
  'timers-schedule': timersSchedule,
  'timers-cancel': timersCancel,
  'timers-fire': timersFire,
  'timers-growth': timersGrowth,
};

if (!rounds[job] || job === 'timers-growth' && !(timers > 0)) {
  console.error(`\`${job}\` is no job, or lacks its number of timers`);
  process.exit(2);
}
const print = (nanoseconds) => console.log(nanoseconds.toFixed(2));
const run = () => new Bench(plans[job], rounds[job], print).nextRound();
// What comes before a growth job: its own rounds are few when timers are many.
if (job === 'timers-growth') new Bench([50_000, 8, 0], timersGrowth, run).nextRound();
else run();
