// Does an unreferenced immediate run, and does it keep the loop from sleeping?
setImmediate(() => console.log('unreferenced immediate, after the sleep')).unref();
setTimeout(() => {
  console.log('first timer');
  setTimeout(() => {
    console.log('last timer');
    setImmediate(() => console.log('armed in the last timer: too late')).unref();
  }, 1);
}, 100);
