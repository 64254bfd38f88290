// Which names are global before your first line, and how are they defined?
for (const name of [
  'globalThis', 'global', 'process', 'console', 'setTimeout', 'setImmediate', 'Object',
  'require', 'module', 'primordials', 'internalBinding',
]) {
  const found = Object.getOwnPropertyDescriptor(globalThis, name);
  if (found === undefined) {
    console.log(`${name}: no property of globalThis`);
  } else {
    const kind = found.get ? 'accessor' : 'value';
    console.log(`${name}: ${kind}${found.enumerable ? ', listed' : ''}`);
  }
}
console.log(`global is globalThis: ${global === globalThis}`);
