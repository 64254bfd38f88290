// A blocked loop seen by the profiler: `node --cpu-prof app.cjs`, then this program
// says which functions had the processor, themselves and not through what they call.
'use strict';
const { execFileSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { tmpdir } = require('node:os');

const dir = mkdtempSync(join(tmpdir(), 'profile-'));
const args = ['--cpu-prof', '--cpu-prof-name=app', `--cpu-prof-dir=${dir}`];
execFileSync(process.execPath, [...args, join(__dirname, 'app.cjs')]);
const profile = JSON.parse(readFileSync(join(dir, 'app')));
rmSync(dir, { recursive: true });

const names = new Map();
for (const { id, callFrame: { functionName, url } } of profile.nodes) {
  names.set(id, `${functionName || '(anonymous)'} ${url.split('/').at(-1)}`.trim());
}
const self = new Map();
profile.samples.forEach((id, i) => {
  const name = names.get(id);
  self.set(name, (self.get(name) ?? 0) + profile.timeDeltas[i]);
});
const top = [...self].sort((a, b) => b[1] - a[1]).slice(0, 5);
for (const [name, microseconds] of top) {
  console.log(`${(microseconds / 1000).toFixed(0).padStart(6)} ms  ${name}`);
}
