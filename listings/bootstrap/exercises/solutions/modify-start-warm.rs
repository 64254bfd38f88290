//! The table is a variable that the main function closes over, so it is part of the
//! snapshot.

pub const ENTRY: &str = "
const squares = [];
for (let i = 0; i < 2000; i++) squares.push(i * i);
require('v8').startupSnapshot.setDeserializeMainFunction(() => {
  console.log(squares[3], squares[1000], squares.length);
});
";
