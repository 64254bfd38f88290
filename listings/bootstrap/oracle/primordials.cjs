// Does lib/ survive a program that replaces what lib/ is written with?
const broken = () => { throw new Error('replaced'); };
const { push, slice, map, indexOf } = Array.prototype;
const { startsWith } = String.prototype;
Array.prototype.push = broken;
Array.prototype.slice = broken;
Array.prototype.map = broken;
Array.prototype.indexOf = broken;
String.prototype.startsWith = broken;

const os = require('node:os');
console.log(typeof os.tmpdir);
console.log('a line, with', 2, 'values');
process.on('exit', (code) => console.log(`exit ${code}`));

try {
  [].push(1);
} catch (error) {
  console.log(`a program that calls push: ${error.message}`);
}
Array.prototype.push = push;
Array.prototype.slice = slice;
Array.prototype.map = map;
Array.prototype.indexOf = indexOf;
String.prototype.startsWith = startsWith;
