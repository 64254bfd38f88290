// Does an interval go on after its callback threw?
let n = 0;
process.on('uncaughtException', (e) => console.log('caught', e.message));
const timer = setInterval(() => {
  if (++n === 3) clearInterval(timer);
  throw new Error(`call ${n}`);
}, 1);
