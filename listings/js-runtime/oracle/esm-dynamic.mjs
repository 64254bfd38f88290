// import() as a function: of a module, a script, a built-in, of what is not there.
const tick = () => process.nextTick(() => console.log('tick'));
tick();
const live = await import('./lib/live.mjs');
console.log(live.count, live === await import('./lib/live.mjs'));
const { default: counter } = await import('./lib/counter.cjs');
console.log(counter(), counter());
const { default: fs, stat } = await import('node:fs');
console.log(fs.stat === stat);
for (const name of ['./lib/nowhere.mjs', 'no-such-package', 'node:nowhere']) {
  await import(name).catch((e) => console.log(e.code));
}
await import('./lib/broken.mjs').catch((e) => console.log(e.name));
