const { Timeout, insert, remove, setImmediate, clearImmediate } =
  require('internal/timers');

function setTimeout(callback, after, ...args) {
  const timer = new Timeout(callback, after, args, false);
  insert(timer);
  return timer;
}

function setInterval(callback, after, ...args) {
  const timer = new Timeout(callback, after, args, true);
  insert(timer);
  return timer;
}

function clearTimeout(timer) {
  if (!(timer instanceof Timeout)) return;
  timer._cleared = true;
  remove(timer);
}

module.exports = {
  setTimeout, clearTimeout, setInterval, clearInterval: clearTimeout, setImmediate,
  clearImmediate,
};
