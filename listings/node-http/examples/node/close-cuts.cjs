// A handler has called end(), and the kernel does not have all of it yet. The server is
// closed. Does the client get the rest?
const http = require('node:http');

const SIZE = 20_000_000;
const server = http.createServer((request, response) => {
  response.end(Buffer.alloc(SIZE, 'x'));
});

server.listen(0, '127.0.0.1', () => {
  http.get({ port: server.address().port, agent: false }, (response) => {
    let got = 0;
    response.on('data', (data) => { got += data.length; });
    response.on('error', (error) => console.log(error.code));
    response.on('close', () => {
      console.log(`all of it: ${got === SIZE}, complete: ${response.complete}`);
    });
    server.close(() => console.log('the server is closed'));
  });
});
