// Everything is kept.
const kept = [];
for (let i = 0; ; i += 1) {
  kept.push(new Array(100_000).fill(i));
}
