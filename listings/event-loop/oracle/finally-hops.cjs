// Is finally() as fast as then()?
const promise = Promise.resolve('value');
promise.finally(() => 'ignored').then((v) => console.log('after finally:', v));
promise
  .then(() => console.log('then 1'))
  .then(() => console.log('then 2'))
  .then(() => console.log('then 3'))
  .then(() => console.log('then 4'))
  .then(() => console.log('then 5'));
