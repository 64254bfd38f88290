// CommonJS: find, cache, run (Node: lib/internal/modules/cjs/loader.js).
(function (native, internal) {
  'use strict';

  const cache = Object.create(null);
  const scripts = new Set(); // Paths of what was wrapped.
  const builtins = internal.builtins;
  const dirname = (path) => path.slice(0, path.lastIndexOf('/')) || '/';
  const { withCode } = internal;

  const notFound = (request, parent) => {
    const chain = [];
    for (let at = parent; at; at = at.parent) chain.push(at.filename);
    const stack = chain.length ? `\nRequire stack:\n- ${chain.join('\n- ')}` : '';
    const error = new Error(`Cannot find module '${request}'${stack}`);
    return Object.assign(error, { code: 'MODULE_NOT_FOUND', requireStack: chain });
  };

  const resolve = (request, parent) => {
    const isPath = /^(\.{0,2}\/|\.{1,2}$)/.test(request);
    const base = request.startsWith('/') ? '' : `${dirname(parent?.filename ?? '/')}/`;
    const tries = isPath ? ['', '.js', '.json', '/index.js', '/index.json'] : [];
    for (const ending of tries) {
      const found = native.realFile(internal.wellFormed(base + request + ending));
      if (found != null) return found;
    }
    throw notFound(request, parent);
  };

  // ANCHOR: load
  const load = (request, parent) => {
    if (typeof request !== 'string') throw internal.wrongType('id', 'string', request);
    const name = request.replace(/^node:/, '');
    if (name in builtins) return builtins[name];
    if (request.startsWith('node:')) {
      const error = new Error(`No such built-in module: ${request}`);
      throw withCode(error, 'ERR_UNKNOWN_BUILTIN_MODULE');
    }
    const filename = resolve(request, parent);
    if (cache[filename]) return cache[filename].exports; // Maybe not finished: a cycle.
    const module = { id: parent ? filename : '.', filename, parent, exports: {} };
    module.loaded = false;
    cache[filename] = module;
    try {
      run(module);
    } catch (error) {
      delete cache[filename];
      throw error;
    }
    module.loaded = true;
    return module.exports;
  };
  // ANCHOR_END: load

  const requireOf = (module) => Object.assign((request) => load(request, module), {
    cache, resolve: (request) => resolve(request, module), main: cache.main,
  });

  const run = (module) => {
    const { filename, exports } = module;
    const source = native.readSource(filename);
    if (filename.endsWith('.json')) {
      try {
        module.exports = JSON.parse(source);
      } catch (error) {
        throw Object.assign(error, { message: `${filename}: ${error.message}` });
      }
    } else if (filename.endsWith('.mjs')) {
      throw withCode(new Error(`require() of ES Module ${filename} not supported`), 'ERR_REQUIRE_ESM');
    } else {
      scripts.add(filename);
      const body = native.compile(source, filename);
      body.call(exports, exports, requireOf(module), module, filename, dirname(filename));
    }
  };

  // ANCHOR: run-module
  // The body of a module runs in a microtask; its top-level await keeps nothing alive.
  const runModule = (filename) => {
    native.setUnsettledAwait(filename);
    native.queueMicrotask(() => {
      const settled = (report) => (result) => {
        native.setUnsettledAwait();
        report?.(result);
      };
      const rejected = settled(native.uncaughtRejection);
      let evaluation;
      try {
        evaluation = native.evaluate(filename);
      } catch (error) {
        rejected(error);
        return;
      }
      // An error of a module is told as late as on Node, whose loader awaits it. How
      // often was counted, not read: with one time less, oracle programs differ. (Where
      // the module awaits it is once more: this engine does that itself.)
      for (let i = 0; i < 3; i++) {
        evaluation = evaluation.then((value) => value);
      }
      evaluation.then(settled(), rejected);
    });
  };
  // ANCHOR_END: run-module

  // A `.js` is a script, unless it only makes sense as a module.
  const isModule = (filename) => {
    if (!filename.endsWith('.js')) return filename.endsWith('.mjs');
    const source = native.readSource(filename);
    if (!/\b(import|export|await)\b/.test(source)) return false;
    try {
      native.compile(source, filename);
      return false;
    } catch (error) {
      return error instanceof SyntaxError;
    }
  };

  // The columns of a script's first line as its author counts them.
  internal.frames = (stack) => stack.replace(/(\/.*):1:(\d+)(?=\)?$)/gm, (place, path, column) =>
    scripts.has(path) ? `${path}:1:${column - native.wrapperLength}` : place);

  // A module whose exports are a value and its properties: any text may be their name.
  internal.moduleOf = (value) => {
    const isObject = Object(value) === value;
    const keys = isObject ? Object.keys(value).filter((key) => key !== 'default') : [];
    const names = keys.filter((key) => key.isWellFormed()).map((key) => JSON.stringify(key));
    return `const value = import.meta.value; export default value;
      const { ${names.map((name, i) => `${name}: v${i}`)} } = value ?? {};
      export { ${names.map((name, i) => `v${i} as ${name}`)} };`;
  };

  internal.require = (filename) => load(filename);
  internal.runMain = (path) => {
    const filename = resolve(path);
    if (isModule(filename)) runModule(filename);
    else load(filename);
  };
})
