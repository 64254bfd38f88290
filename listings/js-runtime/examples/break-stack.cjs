// How deep is the stack?
let depth = 0;
function descend(a, b, c) {
  depth += 1;
  return descend(a, b, c) + 1;
}
try {
  descend(1, 2, 3);
} catch (error) {
  console.log(error.name, depth > 1000);
}
descend(1, 2, 3);
