// How late are Promise.all and Promise.race?
const one = Promise.resolve(1);
const two = Promise.resolve(2);
Promise.all([one, two]).then((v) => console.log('all', String(v)));
Promise.race([two, one]).then((v) => console.log('race', v));
Promise.all([]).then((v) => console.log('all of nothing', v.length));
one
  .then(() => console.log('then 1'))
  .then(() => console.log('then 2'))
  .then(() => console.log('then 3'));
