//! The exercises, and what each of them must do.
//!
//! Shared by examples/bootstrap-exercise.rs, which tells a reader what is still wrong,
//! and by tests/exercises.rs. A line that starts with [`MARKER`] says that an exercise
//! is not solved yet and what to do next; whoever solves it deletes that line.

mod list;
mod modify;
pub mod predict;
mod reader;
mod rebuild;
mod solution;

use std::fmt;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

pub use list::EXERCISES;
pub use rebuild::{BuiltinLoader, Graph, Module, Mover, Seen};

/// Starts the line that marks an exercise as unsolved.
pub const MARKER: &str = "// UNSOLVED: ";

/// An exercise that takes longer never ends.
const GUARD: Duration = Duration::from_secs(60);

/// What is wrong, in words for the reader.
pub type Check = fn() -> Result<(), String>;

/// How deep an exercise goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ring {
    /// Say what a program prints.
    Predict,
    /// Change a program so that it prints something else.
    Modify,
    /// Build a piece of the host.
    Rebuild,
}

impl fmt::Display for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Ring::Predict => "predict",
            Ring::Modify => "modify",
            Ring::Rebuild => "rebuild",
        })
    }
}

/// One exercise, as the reader has it and as it can be solved.
pub struct Exercise {
    /// exercises/NAME.rs, exercises/solutions/NAME.rs
    pub name: &'static str,
    pub ring: Ring,
    /// The task in one line.
    pub task: &'static str,
    /// The text of the reader's file.
    pub source: &'static str,
    /// Checks the reader's file, whether it is marked or not.
    pub reader: Check,
    /// Checks the solution.
    pub solution: Check,
}

impl Exercise {
    /// The number of the marker's line and what it says is to be done, if it is there.
    pub fn unsolved(&self) -> Option<(usize, &'static str)> {
        let mut lines = self.source.lines().enumerate();
        lines.find_map(|(i, line)| {
            Some((i + 1, line.trim_start().strip_prefix(MARKER)?))
        })
    }

    /// Is the exercise solved? If not, what is wrong?
    ///
    /// # Errors
    /// What is still wrong, and what the marker says.
    pub fn check(&self) -> Result<(), String> {
        match (guarded(self.reader), self.unsolved()) {
            (result, None) => result,
            (Err(wrong), Some((line, next))) => {
                let name = self.name;
                Err(format!("{wrong}\n\nexercises/{name}.rs:{line}:\n  {next}"))
            }
            (Ok(()), Some((line, _))) => Err(format!(
                "It does what it should. Delete its line {line}, and it is solved."
            )),
        }
    }
}

/// Runs a check on a thread of its own, so that code which panics or never ends is
/// only wrong.
///
/// # Errors
/// What the check says, or that it did not come to its end.
pub fn guarded(check: Check) -> Result<(), String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(check()));
    match receiver.recv_timeout(GUARD) {
        Ok(result) => result,
        Err(RecvTimeoutError::Disconnected) => Err("It panics: see above.".to_string()),
        Err(RecvTimeoutError::Timeout) => {
            Err(format!("It still runs after {GUARD:?}: what never ends?"))
        }
    }
}
