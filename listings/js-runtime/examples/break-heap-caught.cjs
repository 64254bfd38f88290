// Everything is kept, until there is no more.
try {
  require('./break-heap.cjs');
} catch (error) {
  console.log('caught:', error.message);
}
setImmediate(() => console.log('the loop turns'));
