// Copies of the language's functions, made before any program can change them.
// ArrayPrototypePush(list, x) is list.push(x), whatever list.push is by then.

const { bind, call } = Function.prototype;
const uncurryThis = bind.bind(call);
primordials.uncurryThis = uncurryThis;

function copyAll(from, prefix, convert) {
  for (const name of Object.getOwnPropertyNames(from)) {
    const { value } = Object.getOwnPropertyDescriptor(from, name);
    if (typeof value !== 'function' || name === 'constructor') continue;
    const key = `${prefix}${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
    primordials[key] = convert(value);
  }
}

const constructors = {
  Array, Boolean, Error, Function, Number, Object, RangeError, String, TypeError,
};
for (const name of Object.keys(constructors)) {
  const constructor = constructors[name];
  primordials[name] = constructor;
  copyAll(constructor, name, (value) => value);
  copyAll(constructor.prototype, `${name}Prototype`, uncurryThis);
}
copyAll(JSON, 'JSON', (value) => value);
copyAll(Math, 'Math', (value) => value);
Object.setPrototypeOf(primordials, null);
