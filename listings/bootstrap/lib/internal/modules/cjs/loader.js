// Your modules: files, found by path, compiled and called.

const { FunctionPrototypeCall, StringPrototypeStartsWith } = primordials;
const { codedError } = require('internal/errors');
const { BuiltinModule } = require('internal/bootstrap/realm');
const path = require('path');
const fs = internalBinding('fs');
const { compileFunctionForCJSLoader } = internalBinding('contextify');

const cache = { __proto__: null };
let mainModule;

function Module(id, parent) {
  this.id = id;
  this.filename = id;
  this.exports = {};
  this.loaded = false;
  this.parent = parent;
}

function isFile(name) {
  return fs.internalModuleStat(name) === 0;
}

function resolveFilename(request, from) {
  const isPath = StringPrototypeStartsWith(request, './') ||
    StringPrototypeStartsWith(request, '../') || StringPrototypeStartsWith(request, '/');
  if (isPath) {
    const base = path.resolve(from, request);
    for (const name of [base, `${base}.js`, `${base}.cjs`, `${base}/index.js`]) {
      if (isFile(name)) return fs.realpath(name);
    }
  } else {
    for (let dir = from; ; dir = path.dirname(dir)) {
      const base = path.join(dir, 'node_modules', request);
      for (const name of [base, `${base}.js`, `${base}/index.js`]) {
        if (isFile(name)) return fs.realpath(name);
      }
      if (dir === '/') break;
    }
  }
  throw codedError('MODULE_NOT_FOUND', `Cannot find module '${request}'`);
}

function load(filename, parent) {
  const known = cache[filename];
  if (known !== undefined) return known.exports;
  const module = new Module(filename, parent);
  cache[filename] = module;
  if (parent === undefined) mainModule = module;
  let threw = true;
  try {
    compile(module, fs.readFileUtf8(filename));
    threw = false;
  } finally {
    if (threw) delete cache[filename];
  }
  module.loaded = true;
  return module.exports;
}

function compile(module, source) {
  const dirname = path.dirname(module.filename);
  const fn = compileFunctionForCJSLoader(source, module.filename);
  FunctionPrototypeCall(fn, module.exports, module.exports,
                        makeRequire(module, dirname), module, module.filename, dirname);
}

function makeRequire(module, dirname) {
  const require = (request) => {
    if (typeof request !== 'string') {
      throw codedError('ERR_INVALID_ARG_TYPE',
                       'The "id" argument must be of type string.');
    }
    const builtin = BuiltinModule.normalizeRequirableId(request);
    if (builtin !== undefined) return requireBuiltin(builtin);
    if (StringPrototypeStartsWith(request, 'node:')) {
      throw codedError('ERR_UNKNOWN_BUILTIN_MODULE',
                       `No such built-in module: ${request}`);
    }
    return load(resolveFilename(request, dirname), module);
  };
  require.cache = cache;
  require.main = mainModule;
  return require;
}

const requireBuiltin = require;

function runMain(entry) {
  if (entry === undefined) {
    throw codedError('ERR_NO_PROGRAM', 'say which file to run');
  }
  load(resolveFilename(path.resolve(entry), process.cwd()), undefined);
}

// -r and --import: as if a module in the current directory required them.
function preload(requests) {
  if (requests.length === 0) return;
  const parent = new Module('internal/preload', null);
  const require = makeRequire(parent, process.cwd());
  for (const request of requests) require(request);
}

function evalScript(name, source) {
  const module = new Module(path.join(process.cwd(), name), null);
  const fn = compileFunctionForCJSLoader(source, name);
  FunctionPrototypeCall(fn, module.exports, module.exports,
                        makeRequire(module, process.cwd()), module, name, '.');
}

module.exports = { runMain, preload, evalScript };
