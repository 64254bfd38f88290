// Six lookups of a second each, and one stat: in which second does each come back?
const dns = require('node:dns'), fs = require('node:fs');
const start = performance.now();
const came = {};
function done(what) {
  const at = Math.floor((performance.now() - start) / 1000);
  (came[at] ??= []).push(what);
}
for (let i = 1; i <= 6; i++) dns.lookup('localhost', () => done('lookup'));
fs.stat('.', () => done('stat'));
process.on('exit', () => {
  const steps = Object.entries(came).sort();
  console.log(steps.map(([at, what]) => `  after ${at} s: ${what.join(' ')}`).join('\n'));
});
