// A cache starts a request at once and hands out its promise later. When the request
// fails before anybody asks, the process ends. Change `prefetch` so that it does not,
// and so that whoever asks still gets the error:
//
//   asked in time: no user 1
//   asked late: no user 1

async function request(id) {
  throw new Error(`no user ${id}`);
}

// UNSOLVED: handle the rejection without hiding it, then delete this line
function prefetch(id) {
  return request(id);
}

const user = prefetch(1);
user.catch((error) => console.log('asked in time:', error.message));
const other = prefetch(1);
setTimeout(() => {
  other.catch((error) => console.log('asked late:', error.message));
}, 10);
