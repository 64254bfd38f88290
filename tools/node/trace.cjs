// Watches a script and writes what its event loop did, callback by callback, for a page
// to step through: `TRACE=file node --require trace.cjs script.cjs`. The form of the
// file is described in CONTRIBUTING.md.
//
// Which callback runs, what it starts and in which turn of the loop, Node tells: the
// hooks of async_hooks, and libuv's count of turns. The phase follows from the kind of
// callback, and ticks and microtasks run in the phase that they follow. What this cannot
// follow it refuses, and the page shows it only if the rebuild did the same.
'use strict';
const { createHook } = require('node:async_hooks');
const fs = require('node:fs');
const { performance } = require('node:perf_hooks');
const { format } = require('node:util');

const LANE = {
  TickObject: 'ticks',
  PROMISE: 'microtasks',
  Microtask: 'microtasks',
  Timeout: 'timers',
  Immediate: 'immediates',
  FSREQCALLBACK: 'requests',
};
const PHASE = { Timeout: 'timers', Immediate: 'check', FSREQCALLBACK: 'poll' };
const ROUND = ['pending', 'idle', 'prepare', 'poll', 'check', 'closing', 'timers'];

const turn = () => performance.nodeTiming.uvMetricsInfo.loopCount;
const known = new Map(); // by async id: its type, and whether it has run
const waiting = new Set(); // async ids, in the order in which they entered a queue
const settled = new Set(); // promises: their reactions wait for nothing but their turn
const reactions = new Map(); // by promise: the reactions that wait for it
const steps = [{ turn: 0, phase: 'main', id: 0, prints: [] }];
let problem;

const last = () => steps.at(-1);
const refuse = (why) => { problem ??= why; };

function begin(step) {
  last().waiting = [...waiting];
  steps.push({ turn: turn(), phase: last().phase, prints: [], ...step });
}

const hook = createHook({
  init(id, type, trigger) {
    if (!LANE[type]) return refuse(`it starts a ${type}, whose phase is not known`);
    known.set(id, { type, ran: false });
    if (type !== 'PROMISE' || settled.has(trigger)) return waiting.add(id);
    // What `then` returns stands for its reaction, which waits for the promise first.
    reactions.set(trigger, [...reactions.get(trigger) ?? [], id]);
  },
  promiseResolve(id) {
    settled.add(id);
    for (const reaction of reactions.get(id) ?? []) waiting.add(reaction);
    reactions.delete(id);
  },
  before(id) {
    const callback = known.get(id);
    if (!callback || callback.ran) return refuse('a callback runs more than once');
    callback.ran = true;
    begin({ id, phase: PHASE[callback.type] ?? last().phase });
    waiting.delete(id);
  },
  destroy(id) {
    const { type, ran } = known.get(id) ?? {};
    if (type !== 'PROMISE' && !ran) refuse(`a ${type} is cleared`);
  },
}).enable();

// The real one queues ticks of its own.
console.log = (...words) => {
  const text = format(...words);
  last().prints.push(...text.split('\n'));
  fs.writeSync(1, `${text}\n`);
};

process.on('uncaughtExceptionMonitor', () => { last().note = 'throws'; });

process.on('exit', (code) => {
  hook.disable();
  begin({ phase: 'exit', note: `exit code ${code}` });
  last().waiting = [...waiting];
  if (problem) return fs.writeSync(2, `not recorded: ${problem}\n`);
  fs.writeFileSync(process.env.TRACE, file());
});

function file() {
  // A promise without a reaction, or whose reaction never ran, was in no queue.
  const queued = ([, { type, ran }]) => type !== 'PROMISE' || ran;
  const names = new Map([[0, 'main script']]);
  const count = {};
  for (const [id, { type }] of [...known].filter(queued)) {
    count[type] = (count[type] ?? 0) + 1;
    names.set(id, `${type} #${count[type]}`);
  }
  const lines = steps.map(({ turn, phase, id, note, prints, waiting }) => {
    const lanes = {};
    for (const lane of new Set(Object.values(LANE))) {
      const here = waiting.filter((id) => names.has(id) && LANE[known.get(id).type] === lane);
      if (here.length) lanes[lane] = here.map((id) => names.get(id));
    }
    const runs = names.get(id);
    return JSON.stringify(
      { turn, phase, runs, note, prints: prints.length ? prints : undefined, lanes });
  });
  return `{
  "voice": "node",
  "by": "${process.versions.node}",
  "phases": ${JSON.stringify(['main', ROUND, 'exit'])},
  "lanes": ${JSON.stringify([...new Set(Object.values(LANE)), 'closing'])},
  "steps": [
    ${lines.join(',\n    ')}
  ]
}
`;
}
