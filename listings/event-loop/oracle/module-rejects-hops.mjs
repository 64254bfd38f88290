// The same after an await: the error passes through one promise more.
process.on('uncaughtException', (e) => console.log('uncaught', e.message));
await undefined;
let p = Promise.resolve();
for (let i = 1; i <= 7; i++) p = p.then(() => console.log('hop', i));
throw new Error('after await');
