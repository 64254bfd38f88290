// The last immediate throws: does the next generation wait for the next turn?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

process.on('uncaughtException', (e) => console.log('caught', e.message));
function first(fails) {
  setTimeout(() => console.log('timer'), 1);
  setImmediate(() => console.log('immediate of the next generation'));
  busy(5);
  if (fails) throw new Error('in the last immediate');
}
setImmediate(() => first(false));
setTimeout(() => setImmediate(() => first(true)), 200);
