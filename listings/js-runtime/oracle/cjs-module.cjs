// What is a script given, how often does it run, and what is missing?
console.log(arguments.length, this === exports, module.exports === exports);
console.log(__filename.endsWith('/cjs-module.cjs'), __filename.startsWith(__dirname));
const first = require('./lib/counter.cjs');
const second = require('./lib/../lib/counter');
console.log(first === second, first(), second(), require('./lib/data').numbers);
for (const name of ['./nowhere', 'node:nowhere', 5]) {
  try {
    require(name);
  } catch (e) {
    console.log(e.code, e.message.split('\n')[0]);
  }
}
