// A read that waits, and a read that is waited for.
const fs = require('node:fs');
const text = (bytes) => bytes.toString('utf8').split('\n')[0].slice(0, 22);

fs.readFile(__filename, (error, bytes) => console.log('3', text(bytes)));
console.log('1', text(fs.readFileSync(__filename)));
const end = Date.now() + 50;
while (Date.now() < end); // the pool has read the file long before this ends
console.log('2 end of the main script');
