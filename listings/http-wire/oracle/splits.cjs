// Node's own parser on one request with chunks and trailers, cut in every place.
const { HTTPParser } = require('_http_common');

const bytes = Buffer.from(
  'POST /up?x=1 HTTP/1.1\r\nHost: example.com\r\nTransfer-Encoding: chunked\r\n\r\n' +
  '5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nSum: 11\r\n\r\n' +
  'GET /next HTTP/1.1\r\nHost: example.com\r\n\r\n');

function parse(pieces) {
  const parser = new HTTPParser();
  const found = [];
  let lines = [];
  let url = '';
  let body = '';
  parser.initialize(HTTPParser.REQUEST, {});
  // A head that does not come in one piece comes in parts.
  parser[HTTPParser.kOnHeaders] = (headers, part) => {
    lines.push(...headers);
    url += part;
  };
  parser[HTTPParser.kOnHeadersComplete] = (major, minor, headers, method, whole) => {
    found.push(whole ?? url, ...headers ?? lines);
    lines = [];
  };
  parser[HTTPParser.kOnBody] = (data) => { body += data; };
  parser[HTTPParser.kOnMessageComplete] = () => {
    found.push(`content: ${body}`, ...lines);
    [lines, url, body] = [[], '', ''];
  };
  for (const piece of pieces) {
    const result = parser.execute(piece);
    if (result instanceof Error) found.push(result.code);
  }
  return found.join('|');
}

const results = new Set();
for (let i = 0; i <= bytes.length; i++) {
  const pieces = [bytes.subarray(0, i), bytes.subarray(i)];
  results.add(parse(pieces.filter((piece) => piece.length > 0)));
}
const single = Array.from(bytes, (byte) => Buffer.from([byte]));
console.log(`${bytes.length + 1} cuts: ${results.size} result`);
console.log(`byte by byte: ${results.has(parse(single)) ? 'the same' : 'another'}`);
for (const line of [...results][0].split('|')) console.log(line);
