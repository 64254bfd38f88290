// What still runs after process.exit()?
process.on('exit', (code) => {
  console.log('exit', code, process.exitCode);
  process.nextTick(() => console.log('tick of the listener'));
});
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('job'));
setImmediate(() => console.log('immediate'));
function leave() {
  try {
    process.exit(3);
  } catch {
    console.log('catch');
  } finally {
    console.log('finally');
  }
}
leave();
console.log('after');
