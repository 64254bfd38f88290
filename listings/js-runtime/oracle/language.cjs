// The language itself: is a small engine a small JavaScript?
class Stack {
  #items = [];
  static of(...items) { const stack = new Stack(); stack.#items = items; return stack; }
  pop() { return this.#items.pop(); }
  get size() { return this.#items.length; }
}
const stack = Stack.of(1, 2, 3);
console.log(stack.pop(), stack.size, stack?.missing?.deeper ?? 'nothing');
const { a, ...rest } = { a: 1, b: 2, c: 3 };
console.log(a, rest, [...'h\u{1f980}i'].length, 2n ** 100n, 7 % -3, 0.1 + 0.2);
const parity = (n) => (n % 2 ? 'odd' : 'even');
console.log([3, 1, 2].toSorted(), Object.groupBy([1, 2, 3], parity));
console.log('2026-11-25'.replace(/(?<y>\d+)-(?<m>\d+)-(?<d>\d+)/u, '$<d>.$<m>.$<y>'));
console.log([...'a1b22'.matchAll(/\d+/g)].map((match) => [match[0], match.index]));
const log = [];
const proxy = new Proxy({}, { get: (_, key) => { log.push(key); return key; } });
console.log(`${proxy.x}${proxy.y}`, log, Reflect.ownKeys({ b: 1, a: 1, 1: 1 }));
outer: for (const i of [1, 2, 3]) {
  for (const j of [1, 2, 3]) if (i * j === 4) { console.log(i, j); break outer; }
}
console.log(new Date(Date.UTC(2026, 1, 29)).toISOString());
console.log(JSON.stringify({ u: undefined, n: NaN }));
console.log(new DataView(new Uint8Array([1, 2, 3]).buffer).getUint16(1), 1 / 3);
function* fibonacci() { for (let [x, y] = [0, 1]; ; [x, y] = [y, x + y]) yield x; }
console.log(fibonacci().take(10).toArray(), structure([1, [2, [3]]]));
function structure(list) { return list.flat(Infinity).at(-1); }
