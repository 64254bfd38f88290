// longest Buffer
const longest = BigInt(require('buffer').kMaxLength);
for (let bits = 0n; bits < 64n; bits++) {
  if (longest === 2n ** bits) console.log(`2^${bits}`);
  if (longest === 2n ** bits - 1n && bits > 1n) console.log(`2^${bits}-1`);
}
