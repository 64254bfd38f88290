// When does console.log break a line, and where?
const squares = [1, 2, 3].map((n) => ({ n, square: n * n }));
console.log({ list: squares, text: 'a text that is long enough to break the line' });
console.log({ list: squares });
console.log({ a: [{ b: { c: {} } }], d: { e: { f: { g: 1 } } } });
console.log({ a: { b: { c: 1 } }, x: 1 });
console.log({ aaaaaaaaaaaaaaaaaaaaa: 'bbbbbbbbbbbbbbbbbbbbbbbb', ccccccccccccccccccccc: 'dddddddddddddddddd', e: 1 });
console.log(['apple', 'banana', 'cherry', 'date', 'elderberry', 'fig', 'grape', 'honeydew melon']);
console.log(Array.from({ length: 30 }, (_, i) => `item${i}`));
console.log(Array.from({ length: 27 }, (_, i) => i * i * 1000));
console.log([1.5, -2, 3e21, NaN, Infinity, 0.1, 7, 8]);
console.log(Array(7).fill({ a: 1 }), Array(3).fill([1, 2]));
console.log(['x'.repeat(90)], { a: 'y'.repeat(90), b: 1 });
console.log({ s: 'x\ny', t: ['x\ny'.repeat(20)] });
console.group('group');
console.log({ a: 1 }, 'two\nlines');
console.groupEnd();
console.log('back');
