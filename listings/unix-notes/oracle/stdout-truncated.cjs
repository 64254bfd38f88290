// A million bytes, then the end. How many arrive?
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'oracle-'));
const write = "process.stdout.write('x'.repeat(1e6)";
const exits = `${write}); process.exit();`;

const file = path.join(folder, 'file');
const fd = fs.openSync(file, 'w');
spawnSync(process.execPath, ['-e', exits], { stdio: ['ignore', fd, 'inherit'] });
console.log(`file, process.exit(): ${fs.statSync(file).size} bytes`);

// A pipe with a name, so that we have both ends. Nobody reads before the exit.
const fifo = path.join(folder, 'fifo');
execFileSync('mkfifo', [fifo]);
const reader = fs.openSync(fifo, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
const writer = fs.openSync(fifo, fs.constants.O_WRONLY);
spawnSync(process.execPath, ['-e', exits], { stdio: ['ignore', writer, 'inherit'] });
fs.closeSync(writer);
let arrived = 0;
for (let n; (n = fs.readSync(reader, Buffer.alloc(1e6))) > 0;) arrived += n;
console.log(`pipe, process.exit(): ${arrived} bytes`);

for (const [what, program] of [
  ['process.exitCode', `${write}); process.exitCode = 1;`],
  ['exit when written', `${write}, () => process.exit());`],
]) {
  const line = `"${process.execPath}" -e "${program}" | wc -c`;
  const count = String(execFileSync('sh', ['-c', line])).trim();
  console.log(`pipe, ${what}: ${count} bytes`);
}
fs.rmSync(folder, { recursive: true });
