// Which threads has a Node process: at first, and after its first fs.stat? (Linux)
'use strict';
const fs = require('node:fs');

function threads() {
  const count = {};
  for (const id of fs.readdirSync('/proc/self/task')) {
    const name = fs.readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim();
    count[name] = (count[name] ?? 0) + 1;
  }
  return Object.entries(count).map(([name, n]) => `\n  ${n} ${name}`).sort().join('');
}

console.log('at first:', threads());
fs.stat('.', () => setTimeout(() => {
  console.log('after fs.stat:', threads());
}, 100));
