// One job of the comparison, for Node: prints milliseconds per start.
// The same work in Rust: examples/bootstrap-compare.rs, function by function.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const STARTS = 15;
const [job, way, records] = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), 'bench-'));
const live = way === 'live' ? ['--no-node-snapshot'] : [];

function file(name, text) {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

function start(program, args) {
  const began = process.hrtime.bigint();
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  const took = Number(process.hrtime.bigint() - began) / 1e6;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
  return { took, stdout };
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1];
}

// Starts in turn with `true`, and what the program adds to it.
function timed(args) {
  const [own, floor] = [[], []];
  for (let i = 0; i < STARTS; i++) {
    own.push(start(process.execPath, args).took);
    floor.push(start('true', []).took);
  }
  return median(own) - median(floor);
}

// A phase, as the child itself timed it.
function phase(expression) {
  const program = file('phase.cjs', `
    const { nodeTiming: t } = require('node:perf_hooks').performance;
    console.log(${expression});`);
  const runs = Array.from({ length: STARTS }, () =>
    Number(start(process.execPath, [...live, program]).stdout));
  return median(runs);
}

const prepare = `
  const records = [];
  for (let i = 0; i < ${records}; i++) {
    records.push({ id: i, name: 'record ' + i, get: () => i });
  }
  function main() {
    if (records[records.length - 1].get() !== records.length - 1) process.exit(1);
  }`;

function state() {
  if (live.length > 0) return timed([file('state.cjs', `${prepare} main();`)]);
  const entry = file('entry.cjs', `${prepare}
    require('v8').startupSnapshot.setDeserializeMainFunction(main);`);
  const blob = join(dir, 'blob');
  start(process.execPath, ['--snapshot-blob', blob, '--build-snapshot', entry]);
  return timed(['--snapshot-blob', blob]);
}

const jobs = {
  'start': () => timed([...live, file('empty.cjs', '')]),
  'phase-host': () => phase('t.v8Start'),
  'phase-heap': () => phase('t.bootstrapComplete - t.v8Start'),
  'state': state,
};
console.log(jobs[job]().toFixed(3));
rmSync(dir, { recursive: true });
