// What Node's client refuses to send.
const http = require('node:http');
const net = require('node:net');

const server = net.createServer((socket) => socket.destroy());
const request = (options) => {
  const { port } = server.address();
  const request = http.request({ port, host: '127.0.0.1', agent: false, ...options });
  return request.on('error', () => {});
};
const cases = {
  'a space in the path': () => request({ path: '/a b' }),
  'a line end in the path': () => request({ path: '/a\r\nHost: b' }),
  'a method that is no token': () => request({ method: 'GET /' }),
  'a name that is no token': () => request({ headers: { 'a b': '1' } }),
  'a line end in a value': () => request({ headers: { a: '1\r\nb: 2' } }),
  'a field behind the head': () => {
    const post = request({ method: 'POST' });
    post.write('x');
    post.setHeader('a', '1');
  },
  'trailers without chunks': () => request({ headers: { Trailer: 'Sum' } }).end(),
  'a trailer of two lines': () => request({ method: 'POST' }).addTrailers({ a: '1\r\nb: 2' }),
};

server.listen(0, '127.0.0.1', () => {
  for (const [name, act] of Object.entries(cases)) {
    try {
      act();
      console.log(`${name}: sent`);
    } catch (error) {
      console.log(`${name}: ${error.code}`);
    }
  }
  server.close();
});
