// A microtask that queues the next one: the queue is never empty.
setTimeout(() => console.log('timer'), 1);
function again() {
  queueMicrotask(again);
}
again();
