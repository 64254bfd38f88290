// Two rejections are reported together. Is the second one late if the first handles it?
const fail = (name) => Promise.reject(new Error(name));
let b;
process.on('rejectionHandled', () => console.log('rejectionHandled'));
process.on('unhandledRejection', (e) => {
  console.log('unhandled', e.message);
  if (e.message === 'A') b.catch(() => console.log('B caught'));
});
fail('A');
b = fail('B');
setImmediate(() => console.log('immediate'));
