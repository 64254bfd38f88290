// Every number that a call of Linux can answer, with libuv's code and message.
const errors = [...require('node:util').getSystemErrorMap()];
errors.sort(([a], [b]) => b - a);
for (const [number, [code, message]] of errors) {
  if (number > -1000) console.log(number, code, message); // below: libuv's own
}
