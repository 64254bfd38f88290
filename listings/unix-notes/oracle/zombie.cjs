// A child has exited and the loop is busy. What is left of the child?
const { spawn } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');

const state = (pid) => /\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))[1];

const child = spawn('true', { stdio: 'ignore' });
while (state(child.pid) !== 'Z');
console.log('state: Z');
console.log(`command line: ${readFileSync(`/proc/${child.pid}/cmdline`).length} bytes`);
process.kill(child.pid, 'SIGKILL');
console.log(`after SIGKILL: ${state(child.pid)}`);
child.on('exit', (code) => {
  console.log(`exit: code ${code}`);
  console.log(`still in /proc: ${existsSync(`/proc/${child.pid}`)}`);
});
