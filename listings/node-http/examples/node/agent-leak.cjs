// A client that looks at the status and leaves the content where it is. What becomes of
// its pool?
const http = require('node:http');

const server = http.createServer((request, response) => {
  response.end(Buffer.alloc(2 ** 20, 'x'));
});
const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
const lengths = (lists) => Object.values(lists).flat().length;

function show() {
  const { sockets, freeSockets, requests } = agent;
  const counts = [sockets, freeSockets, requests].map(lengths);
  console.log(`sockets ${counts[0]}, free ${counts[1]}, requests that wait ${counts[2]}`);
}

const kept = [];
function ask(number) {
  const options = { port: server.address().port, host: '127.0.0.1', agent };
  http.get(options, (response) => {
    console.log(`request ${number}: ${response.statusCode}`);
    kept.push(response);
    if (number < 4) return ask(number + 1);
    if (number > 4) {
      agent.destroy();
      return server.close();
    }
    ask(5);
    setTimeout(() => {
      show();
      kept.forEach((response) => response.resume());
    }, 100);
  });
}

server.listen(0, '127.0.0.1', () => ask(1));
