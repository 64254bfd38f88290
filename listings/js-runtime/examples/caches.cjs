// One place in the program reads x of objects of 1, 2, 4, 8, 16 shapes.
function objects(shapes) {
  return Array.from({ length: 16 }, (_, i) => {
    const object = {};
    for (let k = 0; k < i % shapes; k += 1) object[`before${k}`] = k;
    object.x = i;
    return object;
  });
}
function measure(shapes, reads) {
  const list = objects(shapes);
  const read = new Function('object', `return object.x; // place ${shapes}`);
  const round = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i += 1) sum += read(list[i & 15]);
    return sum;
  };
  round(reads);
  const start = performance.now();
  round(reads);
  return (performance.now() - start) * 1e6 / reads;
}
const reads = Number(process.argv[2] ?? 2e6);
for (const shapes of [1, 2, 4, 8, 16]) {
  const nanoseconds = measure(shapes, reads).toFixed(1);
  console.log(String(shapes).padStart(2), `shapes  ${nanoseconds} ns a read`);
}
