// Is process.env an object with properties, or a window to the process?
process.env.NUMBER = 1;
console.log(`a number becomes: ${typeof process.env.NUMBER}`);
console.log(`'NUMBER' in process.env: ${'NUMBER' in process.env}`);
console.log(`listed: ${Object.keys(process.env).includes('NUMBER')}`);
delete process.env.NUMBER;
console.log(`deleted: ${process.env.NUMBER}`);
process.env.SEEN = 'by the child';
const { spawnSync } = require('node:child_process');
const args = ['-e', 'console.log(process.env.SEEN)'];
console.log(spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout.trim());
