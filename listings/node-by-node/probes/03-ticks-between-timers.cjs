// two timers, a tick each
const said = [];
for (const name of ['A', 'B']) {
  setTimeout(() => {
    said.push(name);
    process.nextTick(() => said.push(name.toLowerCase()));
  }, 1);
}
const end = Date.now() + 20;
while (Date.now() < end);
setTimeout(() => console.log(said.join('')), 50);
