exports.early = 'early a';
const b = require('./cycle-b.cjs');
console.log('a sees', { ...b });
exports.late = 'late a';
