// A descriptor is kept in a snapshot. What is it worth in the next process?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'snapshot-'));
fs.writeFileSync(path.join(dir, 'first.txt'), 'first');
fs.writeFileSync(path.join(dir, 'second.txt'), 'the second');
fs.writeFileSync(path.join(dir, 'entry.cjs'), `
// ANCHOR: entry
const fs = require('fs');

// Opens a file again and again, until its descriptor is 100.
function openAt100(name) {
  let fd;
  do fd = fs.openSync(name); while (fd < 100);
  return fd;
}
const fd = openAt100('first.txt');
console.log('builder: ' + fd + ' is a file of ' + fs.fstatSync(fd).size + ' bytes');

require('v8').startupSnapshot.setDeserializeMainFunction(() => {
  try {
    fs.fstatSync(fd);
  } catch (error) {
    console.log('program: ' + fd + ' is ' + error.code);
  }
  openAt100('second.txt');
  console.log('program: ' + fd + ' is a file of ' + fs.fstatSync(fd).size + ' bytes');
});
// ANCHOR_END: entry
`);
function node(...args) {
  const who = args.includes('--build-snapshot') ? 'the builder' : 'the process';
  const options = { cwd: dir, env: { WHO: who }, encoding: 'utf8' };
  const result = spawnSync(process.execPath, args, options);
  if (result.stdout) console.log(result.stdout.trim());
  return result;
}
node('--snapshot-blob', 'blob', '--build-snapshot', 'entry.cjs', 'built');
node('--snapshot-blob', 'blob', 'started');
fs.rmSync(dir, { recursive: true });
