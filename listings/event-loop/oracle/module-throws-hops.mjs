// A module's top level throws. How many microtasks later is that reported?
process.on('uncaughtException', (e) => console.log('uncaught', e.message));
let p = Promise.resolve();
for (let i = 1; i <= 7; i++) p = p.then(() => console.log('hop', i));
throw new Error('top level');
