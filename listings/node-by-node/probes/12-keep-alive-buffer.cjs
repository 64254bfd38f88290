// keep-alive buffer, ms
console.log(require('http').createServer().keepAliveTimeoutBuffer);
