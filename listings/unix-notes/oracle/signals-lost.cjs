// Five thousand SIGUSR2 and one SIGHUP before the loop turns. What arrives?
let usr2 = 0;
let hup = 0;
process.on('SIGUSR2', () => usr2++);
process.on('SIGHUP', () => hup++);
for (let i = 0; i < 5000; i++) process.kill(process.pid, 'SIGUSR2');
process.kill(process.pid, 'SIGHUP');

// Long enough for whatever would still come.
setTimeout(() => console.log(`SIGUSR2: ${usr2} of 5000\nSIGHUP: ${hup} of 1`), 200);
