// When does an immediate run that an immediate has queued?
setImmediate(() => {
  console.log('immediate 1');
  setImmediate(() => console.log('immediate 3, of the next generation'));
  setTimeout(() => console.log('timer'), 1);
  const end = Date.now() + 5;
  while (Date.now() < end);
});
setImmediate(() => console.log('immediate 2'));
