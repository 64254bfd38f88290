console.log('counter runs');
let count = 0;
module.exports = () => { count += 1; return count; };
