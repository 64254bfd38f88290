// How often does an unreferenced interval fire while something else waits?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

let n = 0;
setImmediate(() => {
  setInterval(() => console.log('interval', ++n), 1).unref();
  busy(10);
  setImmediate(() => {
    busy(10);
    console.log('last immediate');
  });
});
process.on('exit', () => console.log('exit'));
