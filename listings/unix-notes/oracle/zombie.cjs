// A child has exited and the loop is busy. What is left of the child?
const { spawn } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');

const child = spawn('true', { stdio: 'ignore' });
const read = (file) => readFileSync(`/proc/${child.pid}/${file}`, 'latin1');
const stat = () => /\((.*)\) (.)/.exec(read('stat'));
while (stat()[2] !== 'Z');

console.log(`name: ${stat()[1]}`);
console.log(`command line: ${read('cmdline').length} bytes`);
console.log(`kill: ${child.kill('SIGKILL')}`);
console.log(`state: ${stat()[2]}`);
child.on('exit', (code, signal) => {
  console.log(`exit: code ${code}, signal ${signal}`);
  console.log(`still in /proc: ${existsSync(`/proc/${child.pid}`)}`);
});
