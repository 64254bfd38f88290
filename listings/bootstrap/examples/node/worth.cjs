// Does a snapshot of one's own pay for something small that is slow to compute? Prints
// medians of ten starts, in milliseconds.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'worth-'));
const [entry, blob] = ['entry.cjs', 'blob'].map((name) => path.join(dir, name));
fs.writeFileSync(entry, `
  const composite = new Uint8Array(20_000_000);
  let last;
  for (let i = 2; i < composite.length; i++) {
    if (composite[i] !== 0) continue;
    last = i;
    for (let j = 2 * i; j < composite.length; j += i) composite[j] = 1;
  }
  const main = () => { if (last !== 19_999_999) process.exit(1); };
  const { isBuildingSnapshot, setDeserializeMainFunction } =
    require('v8').startupSnapshot;
  if (isBuildingSnapshot()) setDeserializeMainFunction(main);
  else main();`);
function start(...args) {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args);
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - began;
}
start('--snapshot-blob', blob, '--build-snapshot', entry);
const times = { 'computed at each start': [], 'out of a snapshot': [] };
for (let i = 0; i < 10; i++) {
  times['computed at each start'].push(start(entry));
  times['out of a snapshot'].push(start('--snapshot-blob', blob));
}
for (const [how, all] of Object.entries(times)) {
  console.log(`${how}: ${all.sort((a, b) => a - b)[5].toFixed(0)} ms`);
}
fs.rmSync(dir, { recursive: true });
