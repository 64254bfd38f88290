// unref'd last immediate
let ran = 'lost';
setTimeout(() => setImmediate(() => { ran = 'runs'; }).unref(), 20);
process.on('exit', () => console.log(ran));
