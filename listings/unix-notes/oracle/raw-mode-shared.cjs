// The parent makes the terminal raw, then a child that is older ends. Is it still raw?
const { execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');

// Says that it has started, and ends when its input does.
const NODE = `
  require('fs').writeSync(3, 'started');
  process.stdin.resume();`;
const SHELL = 'echo started >&3; cat';

// Raw means, among other things, that Ctrl-C is a byte: no isig.
function isRaw() {
  const stdio = ['inherit', 'pipe', 'inherit'];
  return String(execFileSync('stty', ['-a'], { stdio })).includes('-isig');
}

async function parent() {
  for (const command of [['sh', '-c', SHELL], [process.execPath, '-e', NODE]]) {
    const stdio = ['pipe', 'inherit', 'inherit', 'pipe'];
    const child = spawn(command[0], command.slice(1), { stdio });
    await once(child.stdio[3], 'data');
    process.stdin.setRawMode(true);
    const before = isRaw();
    child.stdin.end();
    await once(child, 'exit');
    const who = command[0] === 'sh' ? 'sh' : 'node';
    const said = process.stdin.isRaw;
    console.log(`${who}: ${before}, then ${isRaw()}; isRaw says ${said}`);
    process.stdin.setRawMode(false);
  }
  process.exit();
}

if (process.argv[2]) parent();
else {
  const command = `exec '${process.execPath}' '${__filename}' parent`;
  spawn('script', ['-qec', command, '/dev/null'])
    .stdout.on('data', (text) => process.stdout.write(String(text).replace(/\r/g, '')));
}
