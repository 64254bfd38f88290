// Which number does the next descriptor get?
const { openSync, closeSync } = require('node:fs');
const [a, b, c] = [1, 2, 3].map(() => openSync('/dev/null'));
console.log('in ascending order', a < b && b < c);
closeSync(b);
console.log('the number in the middle again', openSync('/dev/zero') === b);
closeSync(a);
closeSync(c);
console.log('the lowest that is free', openSync('/dev/zero') === a);
