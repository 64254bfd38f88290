// Is the small language a part of the large one?
const shows = (name, value) => console.log(`${name}: ${value}`);

const { a, b: { c = 3 } = {}, ...rest } = { a: 1, d: 4, e: 5 };
shows('destructuring', [a, c, Object.keys(rest).join()].join(' '));
const [x, , y = 7, ...more] = [1, 2, undefined, 4, 5];
shows('arrays', [x, y, more.length].join(' '));
const makers = [];
for (let i = 0; i < 3; i++) makers.push(() => i);
shows('a variable a round', makers.map((f) => f()).join());
for (var j = 0; j < 3; j++);
shows('var', j);
try { later; let later = 1; } catch (error) { shows('too early', error.message); }
try { const k = 1; k = 2; } catch (error) { shows('constant', error.message); }
try { null.size; } catch (error) { shows('null', error.message); }
try { undefined(); } catch (error) { shows('call', error.message); }
shows('optional', [null?.a.b.c, ({ f: () => 1 }).f?.(), ({}).f?.()].join('|'));
function Point(px) { this.px = px; }
Point.prototype.twice = function() { return new Point(this.px * 2); };
const point = new Point(4).twice();
shows('instance', [point.px, point instanceof Point, point.constructor === Point].join());
const accessor = { get v() { return this.w + 1; }, set v(value) { this.w = value; } };
accessor.v = 1;
shows('accessor', [accessor.v, Object.keys(accessor).join()].join(' '));
shows('keys', Object.keys({ b: 1, 2: 1, a: 1, 1: 1 }).join());
const order = [];
const f = () => { try { order.push('try'); return 1; } finally { order.push('finally'); } };
order.push(f());
shows('finally', order.join());
for (const n of [1, 2, 3, 4]) { if (n === 2) continue; if (n === 4) break; order.push(n); }
shows('loops', order.join());
let text = '';
switch (3) { case 1: text += 'one'; case 3: text += 'three'; default: text += ' and on'; }
shows('switch', text);
shows('numbers', [0.1 + 0.2, 1e21, 1 / 3, -0, 5 % -3, 2 ** 10, 7 >>> 1, ~~5.7].join());
shows('powers', [1 ** Infinity, 0 ** 0, 2 ** -1].join());
shows('rounding', [0.49999999999999994, 2.5, -2.5].map((n) => Math.round(n)).join());
shows('to zero', 1 / Math.round(-0.2));
shows('radix', [(255).toString(16), (-5).toString(2), (35).toString(36)].join());
shows('conversions', [1 + '1', '3' * '4', +'', +' 12 ', +'x', [] + [], null + 1].join('|'));
shows('equality', [null == undefined, '1' == 1, NaN === NaN, [1] == 1].join());
shows('strings', ['häß'.length, '😀'.length, 'abc'.slice(-2), 'a-b'.split('-')].join());
shows('typeof', [typeof nope, typeof null, typeof f, typeof []].join());
shows('sort', [3, 10, 2].sort().join() + ' ' + [3, 10, 2].sort((p, q) => p - q).join());
shows('JSON', JSON.stringify({ a: [1, 'x"', null, undefined], b: undefined, c: { d: true } }));
shows('named', [(() => {}).name, f.name, Point.name].join('|'));
shows('this', typeof (function() { 'use strict'; return this; })());
shows('bind', Math.max.bind(null, 5).call(undefined, 3));
console.log([1, 'two', { three: [null, undefined] }], { f, 'not-a-name': true }, -0);
