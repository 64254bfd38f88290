// Values as text, on one line. Node breaks lines from 72 characters on; this does not.

const { ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypeJoin, ArrayPrototypeMap,
        ArrayPrototypePush, ObjectKeys, StringPrototypeReplaceAll } = primordials;

const MAX_DEPTH = 2;

function quote(text) {
  return `'${StringPrototypeReplaceAll(text, "'", "\\'")}'`;
}

function isIdentifier(key) {
  for (const c of key) {
    const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && c !== '_' && c !== '$' && !(c >= '0' && c <= '9')) return false;
  }
  return key !== '';
}

function inspect(value, depth = 0, seen = []) {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'function') {
    return value.name ? `[Function: ${value.name}]` : '[Function (anonymous)]';
  }
  if (value === 0 && 1 / value < 0) return '-0';
  if (value === null || typeof value !== 'object') return `${value}`;
  if (ArrayPrototypeIncludes(seen, value)) return '[Circular *1]';
  if (typeof value.stack === 'string') return value.stack;
  if (depth > MAX_DEPTH) return ArrayIsArray(value) ? '[Array]' : '[Object]';
  ArrayPrototypePush(seen, value);
  const inner = (of) => inspect(of, depth + 1, seen);
  if (ArrayIsArray(value)) {
    return value.length === 0 ? '[]' :
      `[ ${ArrayPrototypeJoin(ArrayPrototypeMap(value, inner), ', ')} ]`;
  }
  const entries = ArrayPrototypeMap(ObjectKeys(value), (key) =>
    `${isIdentifier(key) ? key : quote(key)}: ${inner(value[key])}`);
  return entries.length === 0 ? '{}' : `{ ${ArrayPrototypeJoin(entries, ', ')} }`;
}

function formatWithOptions(args) {
  return ArrayPrototypeJoin(ArrayPrototypeMap(args, (value) =>
    typeof value === 'string' ? value : inspect(value)), ' ');
}

module.exports = { inspect: (value) => inspect(value), formatWithOptions };
