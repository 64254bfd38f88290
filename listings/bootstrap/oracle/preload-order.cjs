// In which order do -r, --import and NODE_OPTIONS load what they name?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'preload-'));
for (const name of ['one', 'two', 'three', 'four', 'main']) {
  fs.writeFileSync(path.join(dir, `${name}.cjs`), `console.log('${name}')`);
}
const args = ['--import', './one.cjs', '-r', './two.cjs', 'main.cjs'];
const env = { NODE_OPTIONS: '--import ./three.cjs -r ./four.cjs' };
const options = { cwd: dir, env, encoding: 'utf8' };
const { stdout } = spawnSync(process.execPath, args, options);
console.log(stdout.trim());
fs.rmSync(dir, { recursive: true });
