// The 'unhandledRejection' listener handles the promise itself.
process.on('unhandledRejection', (e, promise) => {
  console.log('unhandled', e.message);
  promise.catch(() => console.log('caught in the listener'));
});
process.on('rejectionHandled', () => console.log('rejectionHandled'));
setImmediate(() => console.log('immediate'));
Promise.reject(new Error('one'));
Promise.reject(new Error('two'));
