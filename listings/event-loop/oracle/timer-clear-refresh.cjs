// Can refresh() bring back a timer that was cleared, before or after it fired?
const cleared = setTimeout(() => console.log('never'), 1);
clearTimeout(cleared);
cleared.refresh();
const fired = setTimeout(() => console.log('fired'), 1);
setTimeout(() => {
  clearTimeout(fired);
  fired.refresh();
  console.log('refreshed');
}, 20);
process.on('exit', () => console.log('exit'));
