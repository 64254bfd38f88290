// What the engine leaves to JavaScript: array methods that call you back.

// Programs may replace any of these methods, and `call`, and `push`. So none of them is
// written with another one that could be replaced.

const uncurriedCall = Function.prototype.bind.bind(Function.prototype.call)(
  Function.prototype.call);
const isArray = Array.isArray;

const methods = {
  forEach(callback, self) {
    for (let i = 0; i < this.length; i++) uncurriedCall(callback, self, this[i], i, this);
  },
  map(callback, self) {
    const result = [];
    for (let i = 0; i < this.length; i++) {
      result[i] = uncurriedCall(callback, self, this[i], i, this);
    }
    return result;
  },
  filter(callback, self) {
    const result = [];
    for (let i = 0; i < this.length; i++) {
      if (uncurriedCall(callback, self, this[i], i, this)) {
        result[result.length] = this[i];
      }
    }
    return result;
  },
  find(callback, self) {
    for (let i = 0; i < this.length; i++) {
      if (uncurriedCall(callback, self, this[i], i, this)) return this[i];
    }
  },
  some(callback, self) {
    for (let i = 0; i < this.length; i++) {
      if (uncurriedCall(callback, self, this[i], i, this)) return true;
    }
    return false;
  },
  every(callback, self) {
    for (let i = 0; i < this.length; i++) {
      if (!uncurriedCall(callback, self, this[i], i, this)) return false;
    }
    return true;
  },
  reduce(callback, start) {
    let result = start;
    for (let i = 0; i < this.length; i++) result = callback(result, this[i], i, this);
    return result;
  },
  includes(wanted) {
    for (const value of this) {
      if (value === wanted || (value !== value && wanted !== wanted)) return true;
    }
    return false;
  },
  concat(...others) {
    const result = [...this];
    for (const other of others) {
      if (!isArray(other)) result[result.length] = other;
      else for (const value of other) result[result.length] = value;
    }
    return result;
  },
};

for (const name of Object.keys(methods)) {
  Object.defineProperty(Array.prototype, name, {
    __proto__: null,
    value: methods[name],
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

Object.assign = function assign(target, ...sources) {
  for (const source of sources) {
    if (source === undefined || source === null) continue;
    for (const key of Object.keys(source)) target[key] = source[key];
  }
  return target;
};
