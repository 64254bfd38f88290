// Do an unreferenced immediate and an unreferenced timer revive the loop?
let n = 0;
process.on('beforeExit', () => {
  console.log('beforeExit', ++n);
  setImmediate(() => console.log('unreferenced immediate')).unref();
  setTimeout(() => console.log('unreferenced timer'), 200).unref();
  if (n === 1) setTimeout(() => console.log('revived'), 600);
});
process.on('exit', () => console.log('exit'));
