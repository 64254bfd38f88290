// Which comes first, setTimeout 0 or setImmediate? Asks N fresh processes each time:
// `node race.cjs 100`.
'use strict';
const { spawnSync } = require('node:child_process');

const both = `
  setTimeout(() => process.stdout.write('timer '), 0);
  setImmediate(() => process.stdout.write('immediate '));
`;
const busy = 'for (const end = performance.now() + 3; performance.now() < end;);';
const cases = {
  'main script': both,
  'main script, then busy for 3 ms': both + busy,
  'callback of a file': `require('node:fs').stat('.', () => { ${both} ${busy} });`,
};

const processes = Number(process.argv[2] ?? 20);
if (!(Number.isInteger(processes) && processes >= 1 && processes <= 200)) {
  console.error('how many processes? from 1 to 200, as in `node race.cjs 100`');
  process.exit(2);
}
for (const [name, script] of Object.entries(cases)) {
  const first = { timer: 0, immediate: 0 };
  for (let i = 0; i < processes; i++) {
    const child = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    first[child.stdout.split(' ')[0]] += 1;
  }
  const { timer, immediate } = first;
  console.log(`${name.padEnd(32)} timer ${timer}, immediate ${immediate}`);
}
