//! Predict what Node prints for oracle/too-many-files.cjs.
//!
//! The numbers begin at 0, so 64 descriptors end with 63. The errors of fs are thrown
//! and caught at once; that of spawn is emitted, after the main script.

pub const PREDICTION: &[&str] = &[
    "open | EMFILE -24 | EMFILE: too many open files, open '/dev/null'",
    "the last number is 63",
    "once more | EMFILE -24 | EMFILE: too many open files, open '/dev/null'",
    "a folder | EMFILE -24 | EMFILE: too many open files, scandir '/'",
    "with one less true",
    "program | spawn /bin/true EMFILE",
];
