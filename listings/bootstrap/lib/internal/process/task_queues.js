// Ticks. There are no promises in this engine, so there are no microtasks.

const { ArrayPrototypePush, ArrayPrototypeShift, TypeError } = primordials;

const queue = [];

function nextTick(callback, ...args) {
  if (typeof callback !== 'function') {
    throw new TypeError('The "callback" argument must be of type function.');
  }
  if (process._exiting) return;
  ArrayPrototypePush(queue, { callback, args });
}

function runNextTicks() {
  while (queue.length > 0) {
    const { callback, args } = ArrayPrototypeShift(queue);
    callback(...args);
  }
}

module.exports = { nextTick, runNextTicks };
