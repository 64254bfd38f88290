// The byte 3 is typed, twice. What comes of it?
const { fork, spawn } = require('node:child_process');
const { once } = require('node:events');

const roles = { child, parent, undefined: script };
roles[process.argv[2]]();

function child() {
  process.on('SIGINT', () => process.send('SIGINT', () => process.exit()));
  process.send('ready');
  process.channel.ref(); // a signal listener keeps nothing alive
}

async function parent() {
  const child = fork(__filename, ['child']);
  await once(child, 'message');
  const both = [once(process, 'SIGINT'), once(child, 'message')];
  console.log('press');
  await Promise.all(both);
  await once(child, 'exit');
  process.stdin.setRawMode(true);
  console.log('\ncooked: parent and child got SIGINT\npress');
  const [bytes] = await once(process.stdin, 'data');
  console.log(`raw: parent read ${JSON.stringify(bytes.toString())}`);
  process.exit();
}

// Runs the parent on a terminal of its own, and types.
async function script() {
  const command = `exec '${process.execPath}' '${__filename}' parent`;
  const terminal = spawn('script', ['-qec', command, '/dev/null']);
  for await (const line of require('node:readline').createInterface(terminal.stdout)) {
    if (line === 'press') terminal.stdin.write('\x03');
    else if (/^(cooked|raw)/.test(line)) console.log(line);
  }
}
