// await of a rejected promise: caught, rethrown, and seen by whom?
const fail = (name) => Promise.reject(new Error(name));
(async () => {
  try {
    await fail('A');
  } catch (e) {
    console.log('caught', e.message);
  }
  await fail('B');
  console.log('never');
})().catch((e) => console.log('the caller catches', e.message));
process.nextTick(() => console.log('tick'));
