// Which built-in modules are loaded before your first line, and which when you ask?
function isLoaded(id) {
  return process.moduleLoadList.includes(`NativeModule ${id}`);
}
for (const id of ['events', 'timers', 'path', 'fs', 'internal/modules/cjs/loader']) {
  console.log(`${id}: loaded ${isLoaded(id)}`);
}
console.log(`os: loaded ${isLoaded('os')}`);
const before = process.moduleLoadList.length;
require('node:os');
console.log(`os: loaded ${isLoaded('os')}`);
const after = process.moduleLoadList.length;
require('node:os');
console.log(`the list grew: ${after > before}, then: ${process.moduleLoadList.length > after}`);
console.log(`first of all: ${process.moduleLoadList[0]}`);
