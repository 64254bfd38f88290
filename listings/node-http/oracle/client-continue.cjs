// Node's client asks for leave before it sends its content.
const http = require('node:http');
const net = require('node:net');

const go = 'HTTP/1.1 100 Continue\r\n\r\n';
const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n';
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const no = 'HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n';
const cases = [
  ['goes on', { Expect: '100-continue' }, [go, ok]],
  ['with a length', { Expect: '100-continue', 'Content-Length': 5 }, [go, ok]],
  ['hints first', { Expect: '100-continue' }, [early + go, ok]],
  ['refused', { Expect: '100-continue' }, [no]],
];

let bytes;
let answers;
const server = net.createServer((socket) => {
  socket.setEncoding('latin1').on('data', (data) => {
    bytes += data;
    // A head is answered, and content that is complete.
    if (/\r\n\r\n$|hello$/.test(bytes) && answers.length > 0) socket.write(answers.shift());
  });
});

function show(bytes) {
  const masked = bytes.replace(/(Host: 127.0.0.1):\d+/, '$1:*');
  for (const line of masked.split(/(?<=\n)/)) {
    console.log(`  ${JSON.stringify(line).slice(1, -1)}`);
  }
}

function exchange([[name, headers, replies], ...others]) {
  console.log(name);
  [bytes, answers] = ['', replies];
  const options = { port: server.address().port, host: '127.0.0.1', method: 'POST', headers, agent: false };
  const request = http.request(options);
  request.on('information', ({ statusCode, rawHeaders }) => {
    console.log(`  information ${statusCode} ${rawHeaders}`);
  });
  request.on('continue', () => {
    console.log('  continue');
    request.end('hello');
  });
  request.on('response', (response) => {
    console.log(`  response ${response.statusCode}`);
    if (!request.writableEnded) request.destroy();
    response.resume();
  });
  request.on('close', () => {
    show(bytes);
    if (others.length > 0) exchange(others);
    else server.close();
  });
}

server.listen(0, '127.0.0.1', () => exchange(cases));
