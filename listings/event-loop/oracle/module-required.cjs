// A script requires a module that starts a promise and a tick. Which is first?
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'required-'));
const file = path.join(folder, 'required.mjs');
fs.writeFileSync(file, `
  Promise.resolve().then(() => console.log('promise'));
  process.nextTick(() => console.log('tick'));
  console.log('module');
`);
require(file);
fs.rmSync(folder, { recursive: true });
console.log('script');
