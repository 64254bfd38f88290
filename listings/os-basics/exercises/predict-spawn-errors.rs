//! Predict what Node prints for oracle/spawn-errors.cjs.
//!
//! These are its lines, in the order in which the program makes the attempts.

// UNSOLVED: put the lines into the order you expect, then delete this one
pub const PREDICTION: &[&str] = &[
    "emitted ENOENT -2 | spawn ./missing ENOENT",
    "emitted EACCES -13 | spawn ./text EACCES",
    "emitted ENOENT -2 | spawn /bin/true ENOENT",
    "thrown ENOTDIR -20 | spawn ENOTDIR",
    "exit 127 null",
    "thrown E2BIG -7 | spawn E2BIG",
];
