// When is an object gone that nobody needs? And one in a circle?
const plain = new WeakRef({ name: 'plain' });
const circle = (() => {
  const object = { name: 'circle' };
  object.self = object;
  return new WeakRef(object);
})();
setTimeout(() => {
  console.log('plain ', plain.deref() !== undefined);
  console.log('circle', circle.deref() !== undefined);
}, 10);
