// process.exit() in an async function: do its finally and the jobs behind it run?
process.on('exit', (code) => console.log('exit', code));
(async () => {
  try {
    await null;
    console.log('in a job');
    process.exit();
  } finally {
    console.log('finally');
  }
})();
Promise.resolve().then(() => console.log('the job behind it'));
process.exitCode = 4;
