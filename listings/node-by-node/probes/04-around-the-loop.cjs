// cycle from an immediate
const fs = require('fs');
const said = [];
setImmediate(() => {
  setTimeout(() => said.push('T'), 1);
  fs.stat(__filename, () => said.push('P'));
  setImmediate(() => said.push('C'));
  const end = Date.now() + 200;
  while (Date.now() < end);
});
setTimeout(() => console.log(said.join('')), 600);
