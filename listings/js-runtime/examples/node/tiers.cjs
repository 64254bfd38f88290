// How often must a function run before V8 compiles it, and how often again?
// node --allow-natives-syntax examples/node/tiers.cjs
function add(a, b) {
  return a + b;
}
const tier = () => %ActiveTierIsTurbofan(add) ? 'TurboFan, optimized'
  : %ActiveTierIsMaglev(add) ? 'Maglev, optimized quickly'
  : %ActiveTierIsSparkplug(add) ? 'Sparkplug, machine code as it stands'
  : 'Ignition, interpreted';
let calls = 0;
let last = '';
const look = (note) => {
  const now = tier();
  if (now !== last) console.log(String(calls).padStart(7), 'calls ', now, note ?? '');
  last = now;
};
%NeverOptimizeFunction(batch); // Else it swallows what it calls.
function batch() {
  for (let i = 0; i < 64; i += 1) {
    add(i, 1);
    calls += 1;
    if (calls < 3) look();
  }
  look();
  if (calls < 300_000) return setImmediate(batch); // What was compiled aside comes in.
  add('a', 'b');
  calls += 1;
  look('after add("a", "b")');
}
batch();
