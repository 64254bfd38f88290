//! Random programs: one tree, emitted as JavaScript for Node and interpreted as
//! closures on the rebuilt loop. Both must print the same lines and end with the same
//! exit code.
//!
//! Shared by examples/fuzz.rs, which runs new programs against Node, and by
//! tests/random.rs, which replays the recorded ones without it.

pub mod generate;
pub mod javascript;
pub mod program;
pub mod recorded;
pub mod shrink;
pub mod steady;
pub mod twin;

use serde::{Deserialize, Serialize};

/// What is seen of a program from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What it printed to stdout.
    pub output: String,
    /// Its exit code.
    pub code: i32,
}
