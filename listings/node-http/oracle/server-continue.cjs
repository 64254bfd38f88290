// A client that waits for leave to send its content: who gives it, and what if not?
const http = require('node:http');
const net = require('node:net');

const head = (fields) => `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const waits = head('Expect: 100-continue\r\nContent-Length: 5\r\n');
const echo = (req, res) => {
  let body = '';
  req.on('data', (data) => { body += data; }).on('end', () => res.end(`got ${body}`));
};
const cases = [
  ['nobody listens', [waits, 'hello'], {}],
  ['checkContinue goes on', [waits, 'hello'], {
    checkContinue(req, res) { res.writeContinue(); echo(req, res); },
  }],
  ['checkContinue refuses', [waits], {
    checkContinue(req, res) { res.writeHead(413); res.end(); },
  }],
  ['checkContinue refuses, the content was sent', [waits + 'hello'], {
    checkContinue(req, res) { res.statusCode = 413; res.end('no'); },
  }],
  ['another expectation', [head('Expect: tea\r\nConnection: close\r\n')], {}],
  ['checkExpectation', [head('Expect: tea\r\nConnection: close\r\n')], {
    checkExpectation(req, res) { res.end(req.headers.expect); },
  }],
  ['HTTP/1.0 cannot', [waits.replace('1.1', '1.0') + 'hello'], {}],
  ['early hints', [head('Connection: close\r\n')], {
    request(req, res) {
      res.writeProcessing();
      res.writeEarlyHints({ link: '</a.css>; rel=preload', 'x-of': 'b' });
      res.end('late');
    },
  }],
];

const server = http.createServer();

function show(bytes) {
  const masked = bytes.replace(/Date: [^\r]*/g, 'Date: *');
  for (const line of masked.split(/(?<=\n)/)) {
    console.log(`  ${JSON.stringify(line).slice(1, -1)}`);
  }
}

// What comes next is sent when something was answered.
function exchange([[name, requests, listeners], ...others]) {
  server.removeAllListeners('request');
  for (const event of ['checkContinue', 'checkExpectation']) server.removeAllListeners(event);
  for (const [event, listener] of Object.entries({ request: echo, ...listeners })) {
    server.on(event, listener);
  }
  let answer = '';
  const client = net.connect(server.address().port, '127.0.0.1');
  const send = () => {
    const next = requests.shift();
    if (next === undefined) client.end();
    else client.write(next);
  };
  client.setEncoding('latin1').on('data', (data) => {
    answer += data;
    send();
  });
  client.on('close', () => {
    console.log(name);
    show(answer);
    if (others.length > 0) exchange(others);
    else server.close();
  });
  send();
}

server.listen(0, '127.0.0.1', () => exchange(cases));
