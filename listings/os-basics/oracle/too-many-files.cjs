// Opens files until the limit, then tries three other things.
const fs = require('node:fs');
const { execFileSync, spawn } = require('node:child_process');
execFileSync('prlimit', ['--pid', process.pid, '--nofile=64']);

const open = [];
const attempt = (what, call) => {
  try {
    open.push(call());
    return true;
  } catch ({ code, errno, message }) {
    console.log(what, '|', code, errno, '|', message);
    return false;
  }
};
while (attempt('open', () => fs.openSync('/dev/null')));
console.log('the last number is', open.at(-1));
attempt('once more', () => fs.openSync('/dev/null'));
attempt('a folder', () => fs.readdirSync('/'));
spawn('/bin/true').on('error', ({ message }) => console.log('program |', message));
fs.closeSync(open.pop());
console.log('with one less', fs.openSync('/dev/null') === 63);
