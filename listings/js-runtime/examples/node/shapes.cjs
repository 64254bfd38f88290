// Which objects have one shape (V8: Map), and which have none of their own?
// node --allow-natives-syntax examples/node/shapes.cjs
class Point {
  constructor(x, y) { this.x = x; this.y = y; }
}
const same = (words, a, b) => console.log(words.padEnd(34), %HaveSameMap(a, b));
same('two of one constructor', new Point(1, 2), new Point(3, 4));
same('{x, y} and {y, x}', { x: 1, y: 2 }, { y: 2, x: 1 });
const grown = { x: 1 };
grown.y = 2;
same('{x, y} and {x} that got y', { x: 1, y: 2 }, grown);
const twin = { x: 1 };
twin.y = 2;
same('two {x} that got y', grown, twin);
same('1 and 1.5 as x', { x: 1 }, { x: 1.5 });
const fast = (words, object) =>
  console.log(words.padEnd(34), %HasFastProperties(object));
console.log('\nproperties by shape, not by hash table?');
fast('a point', new Point(1, 2));
const first = new Point(1, 2);
delete first.x;
fast('a point whose x was deleted', first);
const newest = new Point(1, 2);
delete newest.y;
fast('a point whose y was deleted', newest);
const unset = new Point(1, 2);
unset.y = undefined;
fast('a point whose y is undefined', unset);
const bag = {};
for (let i = 0; i < 2000; i += 1) bag[`key${i}`] = i;
fast('2,000 properties, one by one', bag);
