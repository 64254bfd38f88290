// server.close(), while one connection is idle and another waits for its answer.
const http = require('node:http');
const net = require('node:net');

const request = (path, fields = '') =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
let late;
const server = http.createServer((req, res) => {
  if (req.url !== '/busy') return res.end(req.url);
  late = () => res.end('late');
  server.close(() => console.log('closed'));
  console.log(`listening: ${server.listening}`);
});

function show(bytes) {
  const masked = bytes.replace(/Date: [^\r]*/g, 'Date: *');
  for (const line of masked.split(/(?<=\n)/)) {
    console.log(`  ${JSON.stringify(line).slice(1, -1)}`);
  }
}

// Calls `answered` when there is an answer, which it may follow with a request.
function connect(name, bytes, answered, closed) {
  let read = '';
  const socket = net.connect(server.address().port, '127.0.0.1');
  socket.setEncoding('latin1').on('data', (data) => {
    if (read === '') answered(socket);
    read += data;
  });
  socket.on('close', () => {
    console.log(name);
    show(read);
    closed();
  });
  socket.write(bytes);
}

server.listen(0, '127.0.0.1', () => {
  const busy = () => connect('busy', request('/busy'),
    (socket) => socket.write(request('/again', 'Connection: close\r\n')), () => {});
  connect('idle', request('/idle'), busy, () => late());
});
