//! Predict what Node prints for oracle/spawn-errors.cjs.
//!
//! Five numbers are emitted, from a tick: EACCES, EAGAIN, EMFILE, ENFILE, ENOENT. Every
//! other one is thrown, which is now. That the folder is missing looks as if the program
//! were. And a file that may be executed but is no program is given to the shell, which
//! does run, and finds no command `neither`.

pub const PREDICTION: &[&str] = &[
    "thrown ENOTDIR -20 | spawn ENOTDIR",
    "thrown E2BIG -7 | spawn E2BIG",
    "emitted ENOENT -2 | spawn ./missing ENOENT",
    "emitted EACCES -13 | spawn ./text EACCES",
    "emitted ENOENT -2 | spawn /bin/true ENOENT",
    "exit 127 null",
];
