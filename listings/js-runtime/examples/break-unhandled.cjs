// A promise that nobody handles.
async function load(id) {
  if (id < 0) throw new RangeError(`no user ${id}`);
  return { id };
}
process.on('exit', (code) => console.log('exit', code));
setImmediate(() => console.log('never'));
load(-1);
console.log('main ends');
