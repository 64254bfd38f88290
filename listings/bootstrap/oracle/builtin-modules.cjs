// Which built-in modules may a program have, and by which names?
function outcome(request) {
  try {
    return typeof require(request);
  } catch (error) {
    return error.code;
  }
}
for (const request of [
  'fs', 'node:fs', 'internal/timers', 'node:internal/timers', 'node:nope', 'nope',
  'internal/bootstrap/realm',
]) {
  console.log(`${request}: ${outcome(request)}`);
}
console.log(`both are one: ${require('fs') === require('node:fs')}`);
console.log(`getBuiltinModule: ${process.getBuiltinModule('fs') === require('fs')}`);
console.log(`not for internals: ${process.getBuiltinModule('internal/timers')}`);
console.log(`built-ins in require.cache: ${Object.keys(require.cache).length - 1}`);
