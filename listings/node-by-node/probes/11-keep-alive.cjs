// globalAgent keeps alive
console.log(require('http').globalAgent.keepAlive);
