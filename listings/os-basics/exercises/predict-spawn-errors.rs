//! Predict what Node prints for oracle/spawn-errors.cjs.
//!
//! These are its lines, in the order in which the program makes the attempts: that may not
//! be the order in which they are printed.

// UNSOLVED: put `emitted` or `thrown` for each `?`, order the lines, then delete this one
pub const PREDICTION: &[&str] = &[
    "? ENOENT -2 | spawn ./missing ENOENT",
    "? EACCES -13 | spawn ./text EACCES",
    "? ENOENT -2 | spawn /bin/true ENOENT",
    "? ENOTDIR -20 | spawn ENOTDIR",
    "exit ? null",
    "? E2BIG -7 | spawn E2BIG",
];
