// An application that is blocked once: a request is answered every 20 ms, and one of
// them computes for 300 ms. Others require it to watch.
'use strict';
const { pbkdf2Sync } = require('node:crypto');

// Checks a password, the wrong way: Sync means on this thread.
function checkPassword(until) {
  let checks = 0;
  for (; performance.now() < until; checks++) {
    pbkdf2Sync('secret', 'salt', 2000, 32, 'sha256');
  }
  return checks;
}

function answer(request) {
  if (request === 15) checkPassword(performance.now() + 300);
}

// Runs the application, then calls `whenDone`.
exports.run = function run(whenDone) {
  let request = 0;
  const requests = setInterval(() => {
    answer(++request);
    if (request === 30) {
      clearInterval(requests);
      whenDone?.();
    }
  }, 20);
};

if (require.main === module) exports.run();
