// An export changes after it was imported: who sees it?
import counter, { count, increment } from './lib/live.mjs';
import * as all from './lib/live.mjs';
console.log(count, all.count, counter);
increment();
console.log(count, all.count, counter);
try {
  count += 1;
} catch (e) {
  console.log(e instanceof TypeError);
}
console.log(Object.keys(all), all[Symbol.toStringTag], 'count' in all, Object.isSealed(all));
