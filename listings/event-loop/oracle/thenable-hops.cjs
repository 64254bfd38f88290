// How many microtasks does it take to resolve with a promise, and with a thenable?
function staircase(name, steps) {
  let p = Promise.resolve();
  for (let i = 1; i <= steps; i++) p = p.then(() => console.log(name, i));
}
const inner = Promise.resolve();
const thenable = { then(resolve) { resolve(); } };
staircase('step', 5);
new Promise((resolve) => resolve(1)).then(() => console.log('value'));
new Promise((resolve) => resolve(inner)).then(() => console.log('promise'));
new Promise((resolve) => resolve(thenable)).then(() => console.log('thenable'));
Promise.resolve().then(() => inner).then(() => console.log('then returns promise'));
