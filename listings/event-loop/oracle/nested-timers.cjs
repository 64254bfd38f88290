// Five nested timers of 0 ms and five immediates each turn: how many get through?
let immediates = 0;
let timers = 0;
function timer() {
  if (++timers < 5) setTimeout(timer, 0);
  const end = Date.now() + 3;
  while (Date.now() < end);
}
function immediate() {
  immediates++;
  console.log('immediates', immediates, 'timers', timers);
  if (timers < 5) setImmediate(immediate);
}
setImmediate(() => { setTimeout(timer, 0); setImmediate(immediate); timer(); });
