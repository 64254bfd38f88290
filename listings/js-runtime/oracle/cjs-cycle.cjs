// Two scripts require each other: what does each see of the other?
const a = require('./lib/cycle-a.cjs');
const b = require('./lib/cycle-b.cjs');
console.log('main sees', a, b);
