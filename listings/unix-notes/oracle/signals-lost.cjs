// Five thousand SIGUSR2 and one SIGHUP before the loop turns. What arrives?
let usr2 = 0;
let hup = 0;
process.on('SIGUSR2', () => usr2++);
process.on('SIGHUP', () => hup++);
for (let i = 0; i < 5000; i++) process.kill(process.pid, 'SIGUSR2');
process.kill(process.pid, 'SIGHUP');

// After one poll phase, and once more for whatever would still come.
setImmediate(() => setImmediate(() => {
  console.log(`SIGUSR2: ${usr2} of 5000`);
  console.log(`SIGHUP: ${hup} of 1`);
}));
