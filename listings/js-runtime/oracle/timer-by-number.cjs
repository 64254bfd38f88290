// A timer is an object that turns into a number: does clearTimeout take either?
const fires = (name) => () => console.log(name);
const byObject = setTimeout(fires('by object'), 1);
const byNumber = setTimeout(fires('by number'), 1);
const byText = setTimeout(fires('by text'), 1);
const kept = setTimeout(fires('kept'), 1);
clearTimeout(byObject);
clearTimeout(+byNumber);
clearTimeout(`${byText}`);
for (const other of [undefined, null, -1, NaN, {}, 'x']) clearTimeout(other);
console.log(typeof +kept, +kept > 0, kept.hasRef(), kept.unref() === kept, kept.hasRef());
kept.ref();
