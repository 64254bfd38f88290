// Waits for the end of standard input, one way or the other. The marks show what else
// can run meanwhile.
const fs = require('node:fs');
const mark = (text) => fs.existsSync(`-- ${text}`);

mark('begin');
setTimeout(() => mark('a timer'), 500);
if (process.argv[2] === 'read') {
  fs.readSync(0, Buffer.alloc(100));
  setTimeout(() => mark('end'), 40);
} else {
  process.stdin.resume().on('end', () => mark('end'));
}
