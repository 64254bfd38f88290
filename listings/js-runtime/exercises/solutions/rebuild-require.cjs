// The cache is filled before the module runs: that is what ends a circle, and why a
// circle sees exports that are not finished.

exports.makeRequire = function makeRequire(files, compile) {
  const cache = new Map();
  return function require(name) {
    if (cache.has(name)) return cache.get(name).exports;
    if (!Object.hasOwn(files, name)) throw new Error(`Cannot find module '${name}'`);
    const module = { exports: {} };
    cache.set(name, module);
    try {
      compile(files[name])(module.exports, require, module);
    } catch (error) {
      cache.delete(name);
      throw error;
    }
    return module.exports;
  };
};
