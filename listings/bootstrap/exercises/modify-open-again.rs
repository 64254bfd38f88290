//! A program keeps a directory open, so no snapshot can be taken of it. Close it before
//! the snapshot is taken, keep nothing of it, open it again in each process, and leave
//! `next()` as it is.

// UNSOLVED: give the directory up and take it again, then delete this line
pub const ENTRY: &str = "
const fs = require('fs');
let directory = fs.opendirSync('.');
function next() {
  return typeof directory.readSync();
}
console.log('builder:', next());
require('v8').startupSnapshot.setDeserializeMainFunction(() => {
  console.log('program:', next());
});
";
