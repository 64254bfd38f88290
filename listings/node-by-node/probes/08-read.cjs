// read() of 'abc', 'def'
const { Readable } = require('stream');
const stream = new Readable({ read() {} });
stream.push('abc');
stream.push('def');
console.log(String(stream.read()));
