// Nobody reads any more. Who dies of SIGPIPE, and who gets an error?
const { execFileSync, spawn } = require('node:child_process');

const ignored = /^SigIgn:\s+(\w+)/m;
const masks = {
  'node': require('node:fs').readFileSync('/proc/self/status', 'utf8'),
  'its child': String(execFileSync('cat', ['/proc/self/status'])),
};
for (const [who, status] of Object.entries(masks)) {
  const mask = BigInt(`0x${ignored.exec(status)[1]}`);
  console.log(`${who} ignores SIGPIPE: ${(mask >> 12n & 1n) === 1n}`);
}

// Waits for the end of its input, then writes.
const script = (listener) => `process.stdin.resume().on('end', () => {
  ${listener}
  process.stdout.write('into the void');
});`;
const caught = "process.stdout.on('error', (e) => console.error(e.code, e.syscall));";
const plans = {
  'node, no listener': [process.execPath, '-e', script('')],
  'node, a listener': [process.execPath, '-e', script(caught)],
  'cat': ['cat'],
};

async function run([what, [command, ...args]]) {
  const child = spawn(command, args);
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (text) => stderr += text);
  await new Promise((resolve) => child.stdout.on('close', resolve));
  child.stdin.end(what === 'cat' ? 'into the void' : '');
  const [code, signal] = await require('node:events').once(child, 'close');
  const [error = ''] = /\bE[A-Z]+ .*|EPIPE/.exec(stderr.split('\n')[0]) ?? [];
  const end = signal ? `killed by ${signal}` : `exit code ${code}`;
  return `${what}: ${[error, end].filter(Boolean).join(', ')}`;
}

Promise.all(Object.entries(plans).map(run)).then((lines) => {
  console.log(lines.join('\n'));
});
