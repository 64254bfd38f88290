// A rejection is handled too late: when does 'rejectionHandled' come?
process.on('unhandledRejection', (e) => console.log('unhandled', e.message));
process.on('rejectionHandled', () => console.log('rejectionHandled'));
const late = Promise.reject(new Error('late'));
setImmediate(() => {
  late.catch(() => console.log('caught'));
  process.nextTick(() => console.log('tick'));
});
setImmediate(() => console.log('immediate 2'));
