// The contestant Node: PORT WORKERS FOLDER. With one worker a plain server, with more
// node:cluster as it is by default.
import cluster from 'node:cluster';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream';

const [port, workers, folder] = process.argv.slice(2);

const send = (response, type, body) => {
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': body.length });
  response.end(body);
};

const sendFile = async (response, name) => {
  const file = path.join(folder, path.basename(name));
  const { size } = await stat(file);
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': size,
  });
  pipeline(createReadStream(file), response, () => {});
};

const serve = () => {
  const server = http.createServer((request, response) => {
    switch (request.url) {
      case '/plaintext':
        return send(response, 'text/plain; charset=utf-8', 'Hello, World!');
      case '/json':
        return send(
          response,
          'application/json',
          JSON.stringify({ message: 'Hello, World!' }),
        );
      default:
        return sendFile(response, request.url);
    }
  });
  // Idle connections are to stay while they are counted.
  server.keepAliveTimeout = 600_000;
  server.listen({ port: Number(port), host: '127.0.0.1', backlog: 1024 });
};

if (Number(workers) > 1 && cluster.isPrimary) {
  for (let i = 0; i < Number(workers); i++) cluster.fork();
} else {
  serve();
}
