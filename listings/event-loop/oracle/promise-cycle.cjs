// A promise resolved with itself, a thenable that throws, one that resolves twice.
let resolve;
const itself = new Promise((r) => { resolve = r; });
resolve(itself);
itself.catch((e) => console.log(e.message));

const throws = { then() { throw new Error('in then'); } };
Promise.resolve(throws).catch((e) => console.log('rejected:', e.message));
const late = { then(resolve) { resolve('first'); throw new Error('ignored'); } };
Promise.resolve(late).then((v) => console.log('fulfilled:', v));
