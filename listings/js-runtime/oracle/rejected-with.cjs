// What is thrown when a promise is rejected with something that is no error?
process.on('uncaughtException', (e, origin) => {
  console.log(e instanceof Error, e.name, e.code, origin);
  console.log(e.message.match(/The promise rejected.*|$/)[0] || e.message);
});
Promise.reject(5);
Promise.reject('text');
Promise.reject(undefined);
Promise.reject(new RangeError('an error is passed as it is'));
