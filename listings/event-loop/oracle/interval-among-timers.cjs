// Where does an interval stand in its list after it fired?
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };

let n = 0;
const timer = setInterval(() => {
  console.log('interval', ++n);
  if (n === 3) clearInterval(timer);
  else setTimeout(() => console.log('timeout armed in call', n), 10);
  busy(30);
}, 10);
setTimeout(() => console.log('timeout armed in main'), 10);
