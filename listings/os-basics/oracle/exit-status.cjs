// How did the child end? One of the two is null, the other is how.
const { spawnSync } = require('node:child_process');
for (const script of [
  'exit 0', 'exit 7', 'exit 300', 'kill -TERM $$', 'kill -KILL $$', 'exit 143',
]) {
  const { status, signal } = spawnSync('/bin/sh', ['-c', script]);
  console.log(script, '| code', status, 'signal', signal);
}
