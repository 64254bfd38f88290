// A job is queued deep inside calls: does it run when its function returns?
function inner() {
  Promise.resolve().then(() => console.log('job'));
  console.log('inner returns');
}
function outer() {
  inner();
  for (let i = 0; i < 1e5; i += 1);
  console.log('outer returns');
}
outer();
console.log('main returns');
