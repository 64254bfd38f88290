// Timers and immediates (Node: lib/timers.js).
(function (native, internal) {
  'use strict';

  // ANCHOR: timeout
  class Timeout {
    #id;
    #start;
    #referenced = true;
    constructor(callback, after, args, repeat) {
      internal.mustBeFunction(callback);
      after = after === undefined ? 1 : after * 1;
      const call = args.length > 0 ? callback.bind(this, ...args) : callback;
      this.#start = () => native.setTimeout(this, call, after, repeat);
      this.#id = this.#start();
      // Node's own name for it, in ms; -1 when it was cleared.
      const kept = after >= 1 && after <= 2 ** 31 - 1 ? after : 1;
      Object.defineProperty(this, '_idleTimeout', { value: kept, writable: true });
    }
    // ANCHOR_END: timeout

    refresh() {
      if (this._idleTimeout < 0) return this; // It was cleared.
      if (!native.refreshTimeout(this.#id)) {
        this.#id = this.#start();
        native.setTimeoutRef(this.#id, this.#referenced);
      }
      return this;
    }

    ref() { return this.#setRef(true); }
    unref() { return this.#setRef(false); }
    #setRef(on) {
      this.#referenced = on;
      native.setTimeoutRef(this.#id, on);
      return this;
    }

    hasRef() { return this.#referenced; }
    close() { clearTimeout(this); return this; }
    [Symbol.toPrimitive]() { return this.#id; }

    static clear(timeout) {
      if (timeout instanceof Timeout) {
        timeout._idleTimeout = -1;
        native.clearTimeout(timeout.#id);
      } else if (Number.isInteger(Number(timeout ?? NaN)) && timeout > 0) {
        native.clearTimeout(Number(timeout));
      }
    }
  }

  class Immediate {
    #id;
    constructor(callback, args) {
      internal.mustBeFunction(callback);
      const call = args.length > 0 ? callback.bind(this, ...args) : callback;
      this.#id = native.setImmediate(this, call);
    }

    ref() { native.setImmediateRef(this.#id, true); return this; }
    unref() { native.setImmediateRef(this.#id, false); return this; }
    hasRef() { return native.immediateHasRef(this.#id); }

    static clear(immediate) {
      if (immediate instanceof Immediate) native.clearImmediate(immediate.#id);
    }
  }

  const timers = {
    setTimeout: (callback, after, ...args) => new Timeout(callback, after, args, false),
    setInterval: (callback, every, ...args) => new Timeout(callback, every, args, true),
    setImmediate: (callback, ...args) => new Immediate(callback, args),
    clearTimeout: Timeout.clear,
    clearInterval: Timeout.clear,
    clearImmediate: Immediate.clear,
  };
  Object.assign(globalThis, timers);
  internal.builtins.timers = timers;
  internal.builtins['timers/promises'] = {
    setTimeout: (after, value) => new Promise((resolve) => setTimeout(resolve, after, value)),
    setImmediate: (value) => new Promise((resolve) => setImmediate(resolve, value)),
  };
})
