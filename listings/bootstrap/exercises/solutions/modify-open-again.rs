//! The two callbacks are made for this. Node's own lib/ does the same: it forgets the
//! working directory before the snapshot, and again after it.

pub const ENTRY: &str = "
const fs = require('fs');
const { startupSnapshot } = require('v8');
let directory = fs.opendirSync('.');
startupSnapshot.addSerializeCallback(() => {
  directory.closeSync();
  directory = undefined;
});
startupSnapshot.addDeserializeCallback(() => {
  directory = fs.opendirSync('.');
});
function next() {
  return typeof directory.readSync();
}
console.log('builder:', next());
startupSnapshot.setDeserializeMainFunction(() => {
  console.log('program:', next());
});
";
