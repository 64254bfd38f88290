// How many threads has the pool, before and after its first job?
const fs = require('node:fs');
function workers() {
  const tasks = fs.readdirSync('/proc/self/task');
  const name = (id) => fs.readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim();
  return tasks.filter((id) => name(id) === 'libuv-worker').length;
}
if (process.argv[2]) process.env.UV_THREADPOOL_SIZE = process.argv[2];
const before = workers();
fs.stat('.', () => console.log(before, '->', workers()));
