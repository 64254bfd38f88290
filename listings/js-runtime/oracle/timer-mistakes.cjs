// Arguments of the wrong type: which error, and with which words?
const mistakes = [
  () => setTimeout('code', 1),
  () => setInterval(),
  () => setImmediate({}),
  () => process.nextTick(null),
  () => queueMicrotask([]),
  () => process.on('exit', 5),
];
for (const mistake of mistakes) {
  try {
    mistake();
  } catch (e) {
    console.log(e.name, e.code, e instanceof TypeError);
    console.log(' ', e.message);
  }
}
