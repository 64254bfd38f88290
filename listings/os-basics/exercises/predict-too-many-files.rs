//! Predict what Node prints for oracle/too-many-files.cjs.
//!
//! These are its lines, in the order in which the program has them.

// UNSOLVED: put the lines into the order you expect, then delete this one
pub const PREDICTION: &[&str] = &[
    "open | EMFILE -24 | EMFILE: too many open files, open '/dev/null'",
    "the last number is 63",
    "once more | EMFILE -24 | EMFILE: too many open files, open '/dev/null'",
    "a folder | EMFILE -24 | EMFILE: too many open files, scandir '/'",
    "program | spawn /bin/true EMFILE",
    "with one less true",
];
