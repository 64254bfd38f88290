// Node's client against the server whose origin is the argument.
import assert from 'node:assert';
import http from 'node:http';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';

const origin = process.argv[2];
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

const ask = async (method, path, { headers, body } = {}) => {
  const request = http.request(origin + path, { method, headers, agent });
  request.end(body);
  const [response] = await once(request, 'response');
  return { request, response, body: await buffer(response) };
};

// One socket carries them all.
for (let i = 0; i < 5; i++) {
  const { request, response, body } = await ask('GET', '/plaintext');
  assert.equal(response.statusCode, 200);
  assert.equal(body.toString(), 'Hello, World!');
  assert.equal(request.reusedSocket, i > 0);
}

// A body without a length goes out in chunks.
const chunked = http.request(origin + '/echo', { method: 'POST', agent });
chunked.write('one ');
chunked.end('two');
const [echoed] = await once(chunked, 'response');
assert.equal(await text(echoed), 'one two');

// The client waits for 100 Continue, and gets it.
const patient = http.request(origin + '/upload/a.bin', {
  method: 'PUT',
  headers: { expect: '100-continue', 'content-length': 1_000_000 },
  agent,
});
patient.flushHeaders();
await once(patient, 'continue');
patient.end(Buffer.alloc(1_000_000, 'x'));
const [created] = await once(patient, 'response');
assert.equal(created.statusCode, 201);
await buffer(created);

// A body that is refused: the answer comes although Node still sends.
const large = http.request(origin + '/echo', {
  method: 'POST',
  headers: { 'content-length': 20_000_000 },
});
large.on('error', () => {});
large.write(Buffer.alloc(1_000_000));
const [refused] = await once(large, 'response');
assert.equal(refused.statusCode, 413);
assert.equal(refused.headers.connection, 'close');
large.destroy();

const head = await ask('HEAD', '/plaintext');
assert.equal(head.response.headers['content-length'], '13');
assert.equal(head.body.length, 0);

const fetched = await fetch(origin + '/json');
assert.deepEqual(await fetched.json(), { message: 'Hello, World!' });
const sum = await fetch(origin + '/sum', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '[1, 2, 3]',
});
assert.deepEqual(await sum.json(), { sum: 6 });
agent.destroy();
console.log('all is as it should be');
process.exit();
