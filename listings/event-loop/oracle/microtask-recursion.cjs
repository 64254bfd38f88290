// Do microtasks that queue microtasks let a tick in between?
let n = 0;
function again() {
  console.log('microtask', ++n);
  if (n < 5) queueMicrotask(again);
}
queueMicrotask(() => {
  process.nextTick(() => console.log('tick'));
  again();
});
