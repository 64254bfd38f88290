// Does an unreferenced timer fire?
setTimeout(() => console.log('unreferenced, 1 ms: the loop still lives'), 1).unref();
setTimeout(() => console.log('referenced, 20 ms'), 20);
setTimeout(() => console.log('unreferenced, 500 ms: too late'), 500).unref();
process.on('exit', () => console.log('exit'));
