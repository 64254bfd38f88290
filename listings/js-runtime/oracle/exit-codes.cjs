// What may process.exitCode be set to?
for (const code of [3, '4', 2 ** 40 + 5, -1, undefined, null, 1.5, 'x', {}, true]) {
  try {
    process.exitCode = code;
    console.log(typeof process.exitCode, process.exitCode);
  } catch (e) {
    console.log(e.name, e.code);
  }
}
process.exitCode = 0;
