// What do ref(), unref() and hasRef() say, and which timer keeps the loop alive?
const timer = setTimeout(() => console.log('never'), 1000);
console.log(timer.hasRef());
console.log(timer.unref().hasRef());
console.log(timer.ref().hasRef());
clearTimeout(timer);
console.log(timer.hasRef());
const immediate = setImmediate(() => console.log('immediate', immediate.hasRef()));
console.log(immediate.hasRef());
process.on('exit', () => console.log('exit'));
