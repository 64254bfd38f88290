// A server whose handlers do what the path says: `/w5-s-e1` writes five bytes, sleeps,
// and ends with one. examples/random.rs asks it and the rebuild the same.
const http = require('node:http');

const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const NAMES = ['Connection', 'Content-Length', 'Transfer-Encoding', 'Date'];

const deeds = {
  w: (request, response, n) => response.write('x'.repeat(n)),
  e: (request, response, n) => response.end('y'.repeat(n)),
  s: () => sleep(20),
  h: (request, response, n) => response.writeHead(n),
  S: (request, response, n) => { response.statusCode = n; },
  c: (request, response) => response.setHeader('Connection', 'close'),
  k: (request, response) => response.setHeader('Connection', 'keep-alive'),
  l: (request, response, n) => response.setHeader('Content-Length', n),
  t: (request, response) => response.setHeader('Transfer-Encoding', 'chunked'),
  r: (request, response, n) => response.removeHeader(NAMES[n]),
  x: (request, response, n) => response.setHeader(`X-${n}`, 'v'),
  f: (request, response) => response.flushHeaders(),
  i: (request, response) => response.writeProcessing(),
  d: (request) => { request.resume(); },
  T: (request, response) => response.addTrailers({ A: '1' }),
};

const server = http.createServer(async (request, response) => {
  request.on('error', () => {});
  response.on('error', () => {});
  for (const word of request.url.slice(1).split('-')) {
    try {
      const done = deeds[word[0]]?.(request, response, Number(word.slice(1)));
      if (word[0] === 's') await done;
    } catch {
      // It came too late, or may not be.
    }
  }
  if (!response.writableEnded) response.end();
});

server.listen(0, '127.0.0.1', () => {
  console.log(`${process.version} ${server.address().port}`);
});
