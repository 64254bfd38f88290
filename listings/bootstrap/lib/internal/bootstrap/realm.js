// The loaders: internalBinding() for functions of the host, require() for built-in
// modules. The host runs this first and hands in what nobody else gets:
// getInternalBinding.

const {
  ArrayPrototypePush,
  Error,
  ObjectDefineProperty,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  TypeError,
} = primordials;

const moduleLoadList = [];
ObjectDefineProperty(process, 'moduleLoadList', {
  __proto__: null,
  value: moduleLoadList,
  configurable: true,
  enumerable: true,
  writable: false,
});

const bindings = { __proto__: null };
function internalBinding(name) {
  if (bindings[name] === undefined) {
    bindings[name] = getInternalBinding(name);
    ArrayPrototypePush(moduleLoadList, `Internal Binding ${name}`);
  }
  return bindings[name];
}

// What programs may still reach of the bindings, and no more.
const allowed = { __proto__: null, fs: true };
process.binding = function binding(name) {
  if (allowed[name] !== true) throw new Error(`No such module: ${name}`);
  return internalBinding(name);
};

const { builtinIds, compileFunction, setInternalLoaders } =
  internalBinding('builtins');

const selfId = 'internal/bootstrap/realm';
const map = { __proto__: null };
for (const id of builtinIds()) {
  map[id] = { id, exports: {}, loaded: false, loading: false };
}

function isInternal(id) {
  return StringPrototypeStartsWith(id, 'internal/');
}

function compileForInternalLoader(builtin) {
  // The second half of a cycle gets what there is so far.
  if (builtin.loaded || builtin.loading) return builtin.exports;
  builtin.loading = true;
  try {
    const fn = compileFunction(builtin.id);
    fn(builtin.exports, requireBuiltin, builtin, process, internalBinding,
       primordials);
    builtin.loaded = true;
  } finally {
    builtin.loading = false;
  }
  ArrayPrototypePush(moduleLoadList, `NativeModule ${builtin.id}`);
  return builtin.exports;
}

const BuiltinModule = {
  exposed: false,
  // The id of a built-in module that a program may require, or undefined.
  normalizeRequirableId(request) {
    const id = StringPrototypeStartsWith(request, 'node:') ?
      StringPrototypeSlice(request, 5) : request;
    if (map[id] === undefined || id === selfId) return undefined;
    if (isInternal(id) && !BuiltinModule.exposed) return undefined;
    return id;
  },
};

function requireBuiltin(id) {
  if (id === selfId) return { internalBinding, BuiltinModule };
  const builtin = map[id];
  if (builtin === undefined) throw new TypeError(`Missing internal module '${id}'`);
  return compileForInternalLoader(builtin);
}

setInternalLoaders(internalBinding, requireBuiltin);
