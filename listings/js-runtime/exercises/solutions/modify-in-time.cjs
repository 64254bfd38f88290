// A promise is handled from its first handler on; that this one does nothing does not
// matter. The promise that `catch` makes is another one: return the first.

async function request(id) {
  throw new Error(`no user ${id}`);
}

function prefetch(id) {
  const promise = request(id);
  promise.catch(() => {});
  return promise;
}

const user = prefetch(1);
user.catch((error) => console.log('asked in time:', error.message));
const other = prefetch(1);
setTimeout(() => {
  other.catch((error) => console.log('asked late:', error.message));
}, 10);
