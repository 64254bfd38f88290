// await and then on one promise: who comes first, and what does each await cost?
const promise = Promise.resolve();
(async () => {
  await promise;
  console.log('await 1');
  await null;
  console.log('await 2');
  await { then(resolve) { resolve(); } };
  console.log('await of a thenable');
})();
promise
  .then(() => console.log('then 1'))
  .then(() => console.log('then 2'))
  .then(() => console.log('then 3'))
  .then(() => console.log('then 4'))
  .then(() => console.log('then 5'));
