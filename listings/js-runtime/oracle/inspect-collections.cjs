// What does console.log make of arrays, maps, sets, promises and bytes?
console.log([1, , 3, , , 6], new Array(5), [], Object.assign([1, 2], { extra: true }));
console.log(new Map([['a', { x: 1 }], [{ k: 1 }, 2]]), new Set([1, 'a', [2]]), new Map(), new Set());
console.log(new Map([[1, new Map([[2, new Map([[3, new Map([[4, 5]])]])]])]]));
console.log(Promise.resolve(1), new Promise(() => {}), [Promise.resolve('x')]);
const rejected = Promise.reject(3);
rejected.catch(() => console.log(rejected));
console.log(new WeakMap(), new WeakSet());
console.log(new Uint8Array([1, 2, 3]), new Float64Array(2), new BigInt64Array(1));
console.log(new Uint8Array([1, 255]).buffer);
console.log(Array.from({ length: 120 }, (_, i) => i));
console.log(new Set(Array.from({ length: 103 }, (_, i) => i)).size);
