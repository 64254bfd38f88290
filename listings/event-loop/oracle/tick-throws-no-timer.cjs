// A tick throws and nothing else is scheduled: what brings the next callback scope?
process.on('uncaughtException', (e) => console.log('caught', e.message));
process.nextTick(() => { throw new Error('in tick 1'); });
process.nextTick(() => console.log('tick 2'));
Promise.resolve().then(() => console.log('microtask'));
