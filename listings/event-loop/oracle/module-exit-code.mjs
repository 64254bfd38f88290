// An exit code of 0 was set, and the top-level await is never settled.
process.on('exit', (code) => console.log('exit', code, process.exitCode));
process.exitCode = 0;
await new Promise(() => {});
