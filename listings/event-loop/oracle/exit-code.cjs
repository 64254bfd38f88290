// Who sees process.exitCode?
process.on('beforeExit', (code) => {
  console.log('beforeExit', code);
  process.exitCode = 2;
});
process.on('exit', (code) => {
  console.log('exit', code);
});
process.exitCode = 1;
