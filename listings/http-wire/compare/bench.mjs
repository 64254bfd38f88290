// One job of the comparison, for Node's parser: prints nanoseconds per message.
// The same work in Rust: examples/http-wire-compare.rs, job by job.
//
// `calls` is as node:http uses it: a call into JavaScript for each head, with all
// fields as strings, and for each piece of content. `silent` has no such calls, and what
// is left is llhttp, its wrapper and the call from JavaScript.
import { createRequire } from 'node:module';

const { HTTPParser } = createRequire(import.meta.url)('_http_common');
const [name, mode] = process.argv.slice(2);

const small = 'GET /index.html HTTP/1.1\r\nHost: localhost:3000\r\n' +
  'User-Agent: bench\r\nAccept: */*\r\n\r\n';
const fields = Array.from({ length: 30 }, (_, i) =>
  `X-Field-Number-${i}: ${'some value '.repeat(5).trim()}\r\n`).join('');
const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
const jobs = {
  'small-heads': [small, 1],
  'large-heads': [
    `GET /index.html HTTP/1.1\r\nHost: localhost:3000\r\n${fields}\r\n`, 1],
  'pipelined': [small.repeat(16), 16],
  'chunked': [
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n' +
    `${chunk.repeat(32)}0\r\n\r\n`, 1],
};
const [text, messages] = jobs[name];
const bytes = Buffer.from(text);

let sum = 0;
let pending = 0;
const parser = new HTTPParser();
parser.initialize(HTTPParser.REQUEST, {});
if (mode === 'calls') {
  // More than 32 fields come in parts.
  parser[HTTPParser.kOnHeaders] = (headers) => { pending += headers.length / 2; };
  parser[HTTPParser.kOnHeadersComplete] = (major, minor, headers) => {
    sum += pending + (headers?.length ?? 0) / 2 + 1;
    pending = 0;
  };
  parser[HTTPParser.kOnBody] = (data) => { sum += data.length; };
}

function once() {
  sum = 0;
  const parsed = parser.execute(bytes);
  if (parsed !== bytes.length) throw new Error(`${parsed}`);
  return sum;
}

const expected = once();
if (mode === 'calls' && expected === 0) throw new Error('nothing was called');
const rounds = Math.min(Math.floor(200_000_000 / (bytes.length + 200)), 400_000);
for (let i = 0; i < rounds / 10; i++) once();
const start = process.hrtime.bigint();
for (let i = 0; i < rounds; i++) {
  if (once() !== expected) throw new Error('another sum');
}
const spent = Number(process.hrtime.bigint() - start);
console.log(spent / rounds / messages);
