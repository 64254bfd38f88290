// Starts a program and waits for its end.
const fs = require('node:fs');
const { spawn } = require('node:child_process');
fs.existsSync('-- begin');
const child = spawn('/bin/true', { stdio: ['ignore', 'pipe', 'ignore'] });
child.on('exit', () => fs.existsSync('-- end'));
