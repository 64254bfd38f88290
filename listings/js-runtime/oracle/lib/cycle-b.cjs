const a = require('./cycle-a.cjs');
console.log('b sees', { ...a });
exports.late = 'late b';
