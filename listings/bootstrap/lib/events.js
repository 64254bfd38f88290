const { ArrayPrototypeFilter, ArrayPrototypePush, ArrayPrototypeSlice,
        FunctionPrototypeCall } = primordials;

function EventEmitter() {
  if (this._events === undefined) this._events = { __proto__: null };
}

EventEmitter.prototype.on = function on(name, listener) {
  this._events[name] ??= [];
  ArrayPrototypePush(this._events[name], listener);
  return this;
};
EventEmitter.prototype.addListener = EventEmitter.prototype.on;

EventEmitter.prototype.once = function once(name, listener) {
  const wrapper = (...args) => {
    this.off(name, wrapper);
    FunctionPrototypeCall(listener, this, ...args);
  };
  wrapper.listener = listener;
  return this.on(name, wrapper);
};

EventEmitter.prototype.off = function off(name, listener) {
  this._events[name] = ArrayPrototypeFilter(this._events[name] ?? [], (known) =>
    known !== listener && known.listener !== listener);
  return this;
};
EventEmitter.prototype.removeListener = EventEmitter.prototype.off;

EventEmitter.prototype.emit = function emit(name, ...args) {
  const listeners = this._events[name];
  if (listeners === undefined || listeners.length === 0) {
    if (name === 'error') throw args[0];
    return false;
  }
  for (const listener of ArrayPrototypeSlice(listeners)) {
    FunctionPrototypeCall(listener, this, ...args);
  }
  return true;
};

EventEmitter.prototype.listenerCount = function listenerCount(name) {
  return this._events[name]?.length ?? 0;
};

EventEmitter.EventEmitter = EventEmitter;
module.exports = EventEmitter;
