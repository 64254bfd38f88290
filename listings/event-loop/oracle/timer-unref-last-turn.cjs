// An unreferenced timer falls due in the last turn. Does it still fire?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

process.on('exit', () => console.log('exit'));
setImmediate(() => {
  setTimeout(() => console.log('unreferenced timer'), 1).unref();
  busy(5);
});
