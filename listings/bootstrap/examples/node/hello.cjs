// An entry point: runs when the snapshot is built, leaves a function for each start.
const { setDeserializeMainFunction } = require('node:v8').startupSnapshot;

const kept = `kept: ${process.argv.slice(2).join(' ')}`;
console.log('built');
setDeserializeMainFunction(() => {
  console.log(`${kept}, now: ${process.argv.slice(1).join(' ')}`);
});
