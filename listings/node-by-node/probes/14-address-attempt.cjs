// address tried for, ms
const { getDefaultAutoSelectFamilyAttemptTimeout: timeout } = require('net');
console.log(timeout && timeout());
