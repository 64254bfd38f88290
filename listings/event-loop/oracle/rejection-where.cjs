// Rejected now. Where is a catch in time?
const fail = (name) => Promise.reject(new Error(name));
process.on('unhandledRejection', (e) => console.log('unhandled', e.message));

const a = fail('A');
const b = fail('B');
const c = fail('C');
const d = fail('D');
queueMicrotask(() => a.catch(() => console.log('A: caught, in a microtask')));
process.nextTick(() => b.catch(() => console.log('B: caught, in a tick')));
setImmediate(() => c.catch(() => console.log('C: caught, in an immediate')));
queueMicrotask(() => process.nextTick(() => {
  d.catch(() => console.log('D: caught, in a tick of a microtask'));
}));
