// require() of a module
const fs = require('fs');
const path = require('path');
const folder = fs.mkdtempSync(path.join(require('os').tmpdir(), 'probe-'));
fs.writeFileSync(path.join(folder, 'a.mjs'), 'export const a = "loads";');
try {
  console.log(require(path.join(folder, 'a.mjs')).a);
} catch (error) {
  console.log('throws');
}
fs.unlinkSync(path.join(folder, 'a.mjs'));
fs.rmdirSync(folder);
