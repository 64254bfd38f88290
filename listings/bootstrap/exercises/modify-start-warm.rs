//! A program computes a table of squares each time it starts, and then uses three of
//! them. Nothing in the table depends on the process. Move the work to where it is done
//! once: the start may take no more than 5,000 steps of the engine.

// UNSOLVED: compute the table while the snapshot is built, then delete this line
pub const ENTRY: &str = "
function table() {
  const squares = [];
  for (let i = 0; i < 2000; i++) squares.push(i * i);
  return squares;
}
require('v8').startupSnapshot.setDeserializeMainFunction(() => {
  const squares = table();
  console.log(squares[3], squares[1000], squares.length);
});
";
