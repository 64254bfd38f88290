// The listener throws at the first of three rejections. What becomes of the others?
const fail = (name) => Promise.reject(new Error(name));
process.on('rejectionHandled', () => console.log('rejectionHandled'));
process.on('uncaughtException', (e) => console.log('uncaught', e.message));
process.on('unhandledRejection', (e) => {
  console.log('unhandled', e.message);
  throw new Error(`from the listener of ${e.message}`);
});
const [a, b] = [fail('A'), fail('B'), fail('C')];
setTimeout(() => {
  b.catch(() => console.log('B caught'));
  a.catch(() => console.log('A caught'));
}, 1);
