// What is a binding, seen from JavaScript?
const { spawnSync } = require('node:child_process');

const child = `
  const { internalBinding } = require('internal/test/binding');
  const fs = internalBinding('fs');
  console.log('fs.open: ' + typeof fs.open);
  console.log('asked twice, the same: ' + (internalBinding('fs') === fs));
  console.log('its prototype has open: ' + ('open' in Object.getPrototypeOf(fs)));
  try {
    internalBinding('nope');
  } catch (error) {
    console.log(error.code + ': ' + error.message);
  }`;
const args = ['--expose-internals', '-e', child];
console.log(spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.trim());

// And without the option?
try {
  process.binding('nope');
} catch (error) {
  console.log(error.message);
}
console.log(`process.binding('fs'): ${typeof process.binding('fs').open}`);
