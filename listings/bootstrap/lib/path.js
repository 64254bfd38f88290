// POSIX paths.

const { ArrayPrototypeJoin, ArrayPrototypePop, ArrayPrototypePush,
        StringPrototypeLastIndexOf, StringPrototypeSlice, StringPrototypeSplit,
        StringPrototypeStartsWith } = primordials;

function normalize(path) {
  const absolute = StringPrototypeStartsWith(path, '/');
  const parts = [];
  for (const part of StringPrototypeSplit(path, '/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts[parts.length - 1] !== '..') {
      ArrayPrototypePop(parts);
    } else if (part !== '..' || !absolute) {
      ArrayPrototypePush(parts, part);
    }
  }
  const joined = ArrayPrototypeJoin(parts, '/');
  return absolute ? `/${joined}` : joined || '.';
}

function join(...parts) {
  return normalize(ArrayPrototypeJoin(parts, '/'));
}

function resolve(...parts) {
  let path = '';
  for (const part of [process.cwd(), ...parts]) {
    path = StringPrototypeStartsWith(part, '/') ? part : `${path}/${part}`;
  }
  return normalize(path);
}

function basename(path, suffix = '') {
  const name = StringPrototypeSlice(path, StringPrototypeLastIndexOf(path, '/') + 1);
  const stem = StringPrototypeSlice(name, 0, name.length - suffix.length);
  return suffix !== '' && `${stem}${suffix}` === name ? stem : name;
}

function dirname(path) {
  const at = StringPrototypeLastIndexOf(path, '/');
  if (at === -1) return '.';
  return at === 0 ? '/' : StringPrototypeSlice(path, 0, at);
}

function isAbsolute(path) {
  return StringPrototypeStartsWith(path, '/');
}

module.exports = { basename, dirname, isAbsolute, join, normalize, resolve, sep: '/' };
