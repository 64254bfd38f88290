// What does console.log make of objects, classes and functions?
class Point {
  constructor(x, y) { this.x = x; this.y = y; }
  get length() { return Math.hypot(this.x, this.y); }
}
class Point3 extends Point {}
console.log({ a: 1, 'b-c': 2, 3: 4, [Symbol('k')]: 5, f() {}, g: () => {} });
console.log({ a: { b: { c: { d: 1 } } } }, [[[[1]]]], [[[[]]]], [[[{}]]]);
console.log(new Point(3, 4), [new Point3(1, 2)], { deep: { deep: { deep: new Point(0, 0) } } });
console.log(Point, Point3, class {}, [class extends Point {}]);
console.log(function f() {}, () => {}, async () => {}, function* g() {}, async function* ag() {});
console.log(Object.assign(function h() {}, { x: 1 }), [Object.assign(() => {}, { y: 2 })]);
console.log(Object.create(null), Object.assign(Object.create(null), { x: 1 }));
console.log({ get a() { return 1; }, set a(v) {}, get b() { return 2; }, set c(v) {} });
console.log({ [Symbol.toStringTag]: 'Tagged' }, Math, JSON, globalThis === global);
console.log(/a+/gi, Object.assign(/x/, { y: 1 }), new Date(0), new Date(NaN));
console.log((function () { return arguments; })(1, 2), [null, undefined], { u: undefined });
const circular = { name: 'c' };
circular.self = circular;
circular.list = [circular, { again: circular }];
const other = { circular };
console.log(circular, [other, other]);
