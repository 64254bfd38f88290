// stream buffer, bytes
const { Readable } = require('stream');
console.log(new Readable().readableHighWaterMark);
