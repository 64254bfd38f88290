// return 1, return await promise, return promise: which is slower, by how much?
let p = Promise.resolve();
for (let i = 1; i <= 4; i++) p = p.then(() => console.log('step', i));

const promise = Promise.resolve();
(async () => 1)().then(() => console.log('return value'));
(async () => await promise)().then(() => console.log('return await promise'));
(async () => promise)().then(() => console.log('return promise'));
