// An entry point: a timer that nobody waits for, then one that the program waits for.
const { setDeserializeMainFunction } = require('node:v8').startupSnapshot;

const after = process.argv[2];
setTimeout(() => console.log('unreferenced, armed by the builder'), after).unref();

setDeserializeMainFunction(() => {
  setTimeout(() => console.log('armed by the program'), 1000);
  process.on('exit', () => console.log('exit'));
});
