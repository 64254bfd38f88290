// The pool has one thread, and that one is stuck. Who waits for it?
process.env.UV_THREADPOOL_SIZE = '1';
const { exec, execFileSync } = require('node:child_process');
const crypto = require('node:crypto');
const dgram = require('node:dgram');
const dns = require('node:dns');
const fs = require('node:fs');
const net = require('node:net');
const zlib = require('node:zlib');
const { Worker } = require('node:worker_threads');

// To open a pipe blocks its thread until somebody opens the other end.
const folder = fs.mkdtempSync(require('node:os').tmpdir() + '/pool-');
const pipe = folder + '/pipe';
execFileSync('mkfifo', [pipe]);
let isStuck = true;
fs.readFile(pipe, () => { isStuck = false; });

const passed = [], waited = [];
function done(what) {
  (isStuck ? passed : waited).push(what);
  if (passed.length === 11 && isStuck) fs.writeFileSync(pipe, '');
}

setTimeout(() => done('setTimeout'), 1);
fs.stat('.', () => done('fs.stat'));
dns.lookup('127.0.0.1', () => done('dns.lookup of an address'));
dns.lookup('localhost', () => done('dns.lookup'));
crypto.randomBytes(8, () => done('crypto.randomBytes'));
exec('true', () => done('a child process'));
fs.promises.readFile(__filename).then(() => done('fs.promises.readFile'));
new Worker('', { eval: true }).on('exit', () => done('a worker'));
const server = net.createServer((socket) => socket.end('hello'));
server.listen(0, '127.0.0.1', () => {
  done('listen on an address');
  const client = net.connect(server.address().port, '127.0.0.1');
  client.once('data', () => done('TCP')).on('end', () => server.close());
});
fs.createReadStream(__filename).once('data', () => done('fs.createReadStream'));
const named = net.createServer().listen(0, 'localhost', () => {
  done('listen on a name');
  named.close();
});
const udp = dgram.createSocket('udp4', () => {
  done('UDP');
  udp.close();
});
udp.bind(0, '127.0.0.1', () => udp.send('a', udp.address().port, '127.0.0.1'));
const dnsServer = dgram.createSocket('udp4', (query, from) => {
  const header = Buffer.from('81800001000100000000', 'hex');
  const address = Buffer.from('c00c000100010000000000047f000001', 'hex');
  const question = query.subarray(12, 12 + 'a.test'.length + 6);
  const answer = [query.subarray(0, 2), header, question, address];
  dnsServer.send(Buffer.concat(answer), from.port, from.address);
});
dnsServer.bind(0, '127.0.0.1', () => {
  const resolver = new dns.Resolver();
  resolver.setServers([`127.0.0.1:${dnsServer.address().port}`]);
  resolver.resolve4('a.test', (error, addresses) => {
    done(`dns.resolve4: ${error ?? addresses}`);
    dnsServer.close();
  });
});
zlib.deflate('a', () => done('zlib.deflate'));
const empty = Buffer.from('0061736d01000000', 'hex');
WebAssembly.compile(empty).then(() => done('WebAssembly.compile'));
setImmediate(() => done('setImmediate'));
fs.writeFileSync(folder + '/module.mjs', '');
import(folder + '/module.mjs').then(() => done('import of a file'));
crypto.subtle.digest('SHA-256', Buffer.of(1)).then(() => done('crypto.subtle'));

process.on('exit', () => {
  fs.rmSync(folder, { recursive: true });
  console.log('did not wait:\n ', passed.sort().join('\n  '));
  console.log('waited:\n ', waited.sort().join('\n  '));
});
