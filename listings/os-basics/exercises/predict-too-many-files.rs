//! Predict what Node prints for oracle/too-many-files.cjs.
//!
//! These are its lines, in the order in which the program has them: that may not be the
//! order in which they are printed.

// UNSOLVED: put what is right for each `?`, order the lines, then delete this one
pub const PREDICTION: &[&str] = &[
    "open | ? -24 | ?: too many open files, open '/dev/null'",
    "the last number is ?",
    "once more | ? -24 | ?: too many open files, open '/dev/null'",
    "a folder | ? -24 | ?: too many open files, scandir '/'",
    "program | spawn /bin/true ?",
    "with one less ?",
];
