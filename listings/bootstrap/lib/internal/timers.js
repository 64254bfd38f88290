// Timers are objects of the heap, in order of their due time. The host knows one alarm.

const { ArrayPrototypeIndexOf, ArrayPrototypePush, ArrayPrototypeShift,
        ArrayPrototypeSome, ArrayPrototypeSplice, MathTrunc } = primordials;
const binding = internalBinding('timers');
const { runNextTicks } = require('internal/process/task_queues');

const TIMEOUT_MAX = 2 ** 31 - 1;
const queue = [];
let immediates = [];

function Timeout(callback, after, args, repeats) {
  const ms = +after;
  this._idleTimeout = ms >= 1 && ms <= TIMEOUT_MAX ? MathTrunc(ms) : 1;
  this._onTimeout = callback;
  this._args = args;
  this._repeat = repeats;
  this._due = 0;
  this._referenced = true;
}

Timeout.prototype.ref = function ref() { return setRef(this, true); };
Timeout.prototype.unref = function unref() { return setRef(this, false); };
Timeout.prototype.hasRef = function hasRef() { return this._referenced; };
Timeout.prototype.close = function close() { remove(this); return this; };

function setRef(timer, referenced) {
  timer._referenced = referenced;
  updateReference();
  return timer;
}

function updateReference() {
  binding.toggleTimerRef(ArrayPrototypeSome(queue, (timer) => timer._referenced));
}

function insert(timer) {
  timer._due = binding.getLibuvNow() + timer._idleTimeout;
  let at = queue.length;
  while (at > 0 && queue[at - 1]._due > timer._due) at--;
  ArrayPrototypeSplice(queue, at, 0, timer);
  if (at === 0) binding.scheduleTimer(timer._idleTimeout);
  updateReference();
}

function remove(timer) {
  const at = ArrayPrototypeIndexOf(queue, timer);
  if (at >= 0) ArrayPrototypeSplice(queue, at, 1);
  updateReference();
}

function processTimers() {
  const now = binding.getLibuvNow();
  while (queue.length > 0 && queue[0]._due <= now) {
    const timer = ArrayPrototypeShift(queue);
    timer._onTimeout(...timer._args);
    runNextTicks();
    if (timer._repeat && !timer._cleared) insert(timer);
  }
  if (queue.length > 0) {
    binding.scheduleTimer(queue[0]._due - binding.getLibuvNow());
  }
  updateReference();
}

// ANCHOR: rearm
// A snapshot brings the queue along, but no alarm, and times that were counted from the
// start of another process. Node does not do this: see the chapter.
function rearm() {
  const timers = ArrayPrototypeSplice(queue, 0, queue.length);
  for (const timer of timers) insert(timer);
}
// ANCHOR_END: rearm

function Immediate(callback, args) {
  this._callback = callback;
  this._args = args;
}

function setImmediate(callback, ...args) {
  const immediate = new Immediate(callback, args);
  ArrayPrototypePush(immediates, immediate);
  binding.toggleImmediateRef(true);
  return immediate;
}

function clearImmediate(immediate) {
  if (immediate) immediate._callback = undefined;
}

function processImmediate() {
  const generation = immediates;
  immediates = [];
  binding.toggleImmediateRef(false);
  for (const immediate of generation) {
    if (immediate._callback === undefined) continue;
    immediate._callback(...immediate._args);
    runNextTicks();
  }
}

module.exports = {
  Timeout, insert, remove, rearm, processTimers, processImmediate, setImmediate,
  clearImmediate,
};
