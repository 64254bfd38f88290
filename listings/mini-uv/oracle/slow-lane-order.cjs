// One thread, and a queue of lookups and files. In which order does it take them?
process.env.UV_THREADPOOL_SIZE = '1';
const { execFileSync } = require('node:child_process');
const dns = require('node:dns');
const fs = require('node:fs');

const folder = fs.mkdtempSync(require('node:os').tmpdir() + '/lane-');
execFileSync('mkfifo', [folder + '/pipe']);

fs.readFile(folder + '/pipe', () => console.log('free'));
dns.lookup('localhost', () => console.log('lookup 1'));
dns.lookup('localhost', () => console.log('lookup 2'));
fs.stat('.', () => console.log('stat 1'));
dns.lookup('localhost', () => console.log('lookup 3'));
fs.stat('.', () => console.log('stat 2'));
fs.writeFileSync(folder + '/pipe', ''); // now the thread is free
process.on('exit', () => fs.rmSync(folder, { recursive: true }));
