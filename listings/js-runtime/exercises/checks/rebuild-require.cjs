// What a `require` must do: a line of the output for each, and one at the end.
const { makeRequire } = require(process.argv[2]);
const compile = (text) => new Function('exports', 'require', 'module', text);
const check = (words, body) => {
  let result;
  try {
    result = body();
  } catch (error) {
    result = `it throws ${error.name}: ${error.message}`;
  }
  console.log(words, result === true ? 'yes' : `no: ${result}`);
};

let runs = 0;
globalThis.ran = () => { runs += 1; return runs; };
const files = {
  once: 'exports.runs = ran()',
  value: 'module.exports = 42',
  user: 'exports.sum = require("value") + 1',
  a: 'exports.early = 1; exports.b = require("b"); exports.late = 2',
  b: 'const a = require("a"); exports.seen = Object.keys(a).join()',
  fails: 'if (ran() < 3) throw new Error("not yet"); module.exports = "now"',
};
const load = makeRequire(files, compile);
check('a module gets its exports:', () => load('user').sum === 43);
check('exports that were replaced are kept:', () => load('value') === 42 && load('value') === 42);
check('it runs once:', () => load('once') === load('once') && load('once').runs === 1);
check('a circle ends, and sees what is there so far:', () => load('a').b.seen === 'early');
check('a circle is finished in the end:', () => load('a').late === 2);
check('a module that threw may be tried again:', () => {
  try { load('fails'); return 'it did not throw'; } catch {}
  return load('fails') === 'now';
});
check('a missing one is named:', () => {
  try { load('nowhere'); } catch (error) { return /nowhere/.test(error.message); }
  return 'it did not throw';
});
check('two requires share nothing:', () => makeRequire(files, compile)('once').runs === 4);
console.log('all was asked');
