// What of new Promise() and of an async function is synchronous?
console.log('main start');
const p = new Promise((resolve, reject) => {
  console.log('executor');
  resolve('first');
  resolve('second');
  reject(new Error('ignored'));
  console.log('executor end');
});
p.then((v) => console.log('then', v));
const f = (async () => {
  console.log('async start');
  throw new Error('in async');
})();
f.catch((e) => console.log('catch', e.message));
console.log('main end');
