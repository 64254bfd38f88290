// Where does an async function stop, and where does it go on?
async function load(name) {
  console.log(name, 'before');
  const value = await 42;
  console.log(name, 'after', value);
  return name;
}
load('A').then((name) => console.log(name, 'done'));
load('B').then((name) => console.log(name, 'done'));
console.log('main');
