// runs TypeScript
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');
const folder = fs.mkdtempSync(path.join(require('os').tmpdir(), 'probe-'));
const file = path.join(folder, 'a.ts');
fs.writeFileSync(file, 'const a: number = 1;');
console.log(spawnSync(process.execPath, [file]).status === 0);
fs.unlinkSync(file);
fs.rmdirSync(folder);
