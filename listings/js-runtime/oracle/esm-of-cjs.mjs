// What can be imported from a script, and what from a name that every object has?
import counter, * as all from './lib/names.cjs';
import { value, class as category } from './lib/names.cjs';
console.log(Object.keys(all).filter((name) => name !== 'module.exports').join());
console.log(counter === all.default, value, category, all.null, all['a b']);
for (const name of ['toString', 'constructor', '__proto__', 'node:valueOf']) {
  await import(name).catch((e) => console.log(name, e.code));
}
