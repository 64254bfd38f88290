// What do process.argv, argv0, execPath and execArgv hold?
const { spawnSync } = require('node:child_process');
const path = require('node:path');

if (process.argv.length === 2) {
  const args = ['--expose-internals', path.basename(__filename), '-e', '--', 'x y'];
  const options = { cwd: __dirname, encoding: 'utf8', env: { NODE_OPTIONS: '-r node:os' } };
  console.log(spawnSync(process.execPath, args, options).stdout.trim());
} else {
  console.log(`argv[0] is execPath: ${process.argv[0] === process.execPath}`);
  console.log(`argv[1] is the whole path: ${process.argv[1] === __filename}`);
  console.log(`the rest: ${process.argv.slice(2).join('|')}`);
  console.log(`execArgv: ${process.execArgv.join('|')}`);
}
