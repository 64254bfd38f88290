// A preload throws: what still runs, and with which code does the process end?
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'preload-'));
function file(name, text) {
  fs.writeFileSync(path.join(dir, name), text);
}
file('first.cjs', 'process.on("exit", (code) => console.log("exit", code))');
file('throws.cjs', 'console.log("preload"); throw new Error("broken preload")');
file('main.cjs', 'console.log("main")');
const args = ['-r', './first.cjs', '-r', './throws.cjs', 'main.cjs'];
const { status, stdout, stderr } =
  spawnSync(process.execPath, args, { cwd: dir, env: {}, encoding: 'utf8' });
console.log(stdout.trim());
console.log(`status ${status}, named in stderr: ${stderr.includes('broken preload')}`);
fs.rmSync(dir, { recursive: true });
