// The stack is exhausted: can a program go on?
let depth = 0;
const descend = () => { depth += 1; descend(); };
for (let i = 0; i < 3; i += 1) {
  depth = 0;
  try {
    descend();
  } catch (e) {
    console.log(e instanceof RangeError, e.message, depth > 500);
  }
}
const nested = '['.repeat(1e6);
try {
  JSON.parse(nested);
} catch (e) {
  console.log(e instanceof Error);
}
setImmediate(() => console.log('the loop turns'));
