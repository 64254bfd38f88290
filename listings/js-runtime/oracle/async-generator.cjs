// Two consumers of generators: in which order do their jobs interleave?
async function* count(name, to) {
  try {
    for (let i = 1; i <= to; i += 1) yield `${name}${i}`;
  } finally {
    console.log(name, 'closed');
  }
}
async function consume(name, to, stopAt) {
  for await (const item of count(name, to)) {
    console.log(item);
    if (item.endsWith(stopAt)) break;
  }
  console.log(name, 'over');
}
consume('a', 3);
consume('b', 3, 2);
Promise.resolve().then(() => console.log('then'));
