// Which children does Ctrl-C reach? Those in the terminal's foreground group.
const { spawn } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { once } = require('node:events');

// PID (NAME) STATE PARENT GROUP SESSION …
function stat(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const rest = text.slice(text.lastIndexOf(')') + 2);
  const [state, parent, group, session] = rest.split(' ');
  return { state, parent: +parent, group: +group, session: +session };
}

async function look(what, options) {
  const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'], ...options });
  await once(child, 'spawn');
  const mine = stat(process.pid);
  const its = stat(child.pid);
  console.log(what);
  console.log(`  parent is node: ${its.parent === process.pid}`);
  console.log(`  group is node's: ${its.group === mine.group}`);
  console.log(`  session is node's: ${its.session === mine.session}`);
  console.log(`  leads a session of its own: ${its.session === child.pid}`);
  child.stdin.end();
  await once(child, 'close');
}

look('spawn', {}).then(() => look('spawn, detached', { detached: true }));
