import fs from 'node:fs';

console.log('hello from', import.meta.filename.split('/').at(-1));
const later = setTimeout(() => console.log('a timer'), 200);
fs.readFile(`${import.meta.dirname}/../README.md`, 'utf8', (error, text) => {
  console.log('a file of', text.split('\n').length - 1, 'lines');
});
process.nextTick(() => console.log('a tick'));
await null;
console.log('a job', { later: typeof later, has: later.hasRef() });
