// A promise that is resolved with a pending one hears of it a hop later than others do.
let p = Promise.resolve();
for (let i = 1; i <= 6; i++) p = p.then(() => console.log('step', i));

let inner = Promise.resolve();
for (let i = 0; i < 3; i++) inner = inner.then(() => {}); // pending for three hops
const outer = new Promise((resolve) => resolve(inner));
outer.then(() => console.log('outer'));
inner.then(() => console.log('inner'));
