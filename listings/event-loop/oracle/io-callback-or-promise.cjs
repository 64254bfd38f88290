// Tick or microtask first, after fs.stat with a callback and with a promise?
const fs = require('node:fs');

fs.stat(__filename, () => {
  console.log('callback');
  process.nextTick(() => console.log('tick'));
  Promise.resolve().then(() => console.log('microtask'));
  setImmediate(again);
});
function again() {
  fs.promises.stat(__filename).then(() => {
    console.log('promise');
    process.nextTick(() => console.log('tick'));
    Promise.resolve().then(() => console.log('microtask'));
  });
}
