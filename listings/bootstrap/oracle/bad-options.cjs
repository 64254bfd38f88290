// How does it end when the command line is wrong, before there is any JavaScript?
const { spawnSync } = require('node:child_process');

function ends(args, env = {}) {
  const { status, stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  return `${status}${stdout.trim() ? `, ${stdout.trim()}` : ''}`;
}
const hello = ['-e', 'console.log("ran")'];
console.log(`--nope: ${ends(['--nope', ...hello])}`);
console.log(`-r without a value: ${ends(['-r'])}`);
console.log(`-r with an option as its value: ${ends(['-r', '--import', './x.cjs'])}`);
console.log(`NODE_OPTIONS=-e: ${ends(hello, { NODE_OPTIONS: '-e' })}`);
console.log(`NODE_OPTIONS=--nope: ${ends(hello, { NODE_OPTIONS: '--nope' })}`);
const ways = [{ NODE_OPTIONS: '--no-node-snapshot' }, { NODE_OPTIONS: '--snapshot-blob ./nope' }];
console.log(`NODE_OPTIONS=--no-node-snapshot: ${ends(hello, ways[0])}`);
console.log(`NODE_OPTIONS=--snapshot-blob, and no such file: ${ends(hello, ways[1])}`);
console.log(`--build-snapshot without an entry: ${ends(['--build-snapshot'])}`);
console.log(`-- ends the options: ${ends([...hello, '--', '--nope'])}`);
console.log(`a missing file: ${ends(['./nope.cjs'])}`);
console.log(`a missing preload: ${ends(['-r', './nope.cjs', ...hello])}`);
