//! How exercises are checked. This file is the same in each listing, so that each can
//! be copied out alone; tests/book.rs of the book compares them.
//!
//! Shared by the example that tells a reader what is still wrong and by
//! tests/exercises.rs. A line that starts with [`MARKER`] says that an exercise is not
//! solved yet and what to do next; whoever solves it deletes that line.

use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Starts the line that marks an exercise as unsolved.
pub const MARKER: &str = "// UNSOLVED: ";

/// An exercise that takes longer never ends.
const GUARD: Duration = Duration::from_secs(60);

/// What is wrong, in words for the reader.
pub type Check = fn() -> Result<(), String>;

/// One exercise, as the reader has it and as it can be solved.
pub struct Exercise {
    /// exercises/FILE, exercises/solutions/FILE. What stands before its first hyphen
    /// says how deep the exercise goes: `predict` what a program prints, `modify` one,
    /// `rebuild` a piece of the listing.
    pub file: &'static str,
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
    /// The file's name without its ending.
    pub fn name(&self) -> &'static str {
        self.file.split('.').next().unwrap_or(self.file)
    }

    /// `predict`, `modify` or `rebuild`.
    pub fn ring(&self) -> &'static str {
        self.file.split('-').next().unwrap_or(self.file)
    }

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
                let file = self.file;
                Err(format!("{wrong}\n\nexercises/{file}:{line}:\n  {next}"))
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

/// Compares a prediction with what Node printed, without telling what is right: the
/// reader wants to find out.
///
/// # Errors
/// The first line that is wrong, or how many there are.
pub fn predicted(prediction: &[&str], recorded: &str) -> Result<(), String> {
    let recorded: Vec<&str> = recorded.lines().collect();
    let pairs = prediction.iter().zip(&recorded);
    let right = pairs.take_while(|(mine, node)| mine == node).count();
    if right == prediction.len() && right == recorded.len() {
        return Ok(());
    }
    let (line, node) = (right + 1, recorded.len());
    Err(match prediction.get(right) {
        Some(mine) if right < node => {
            format!("Line {line} is not: {mine}")
        }
        Some(_) => format!("Node prints {node} lines, not {}.", prediction.len()),
        None => format!("All of your lines are right, but Node prints {node}."),
    })
}

/// The example: lists the exercises, checks the one that is named, or the solutions.
#[allow(dead_code, reason = "the tests check without it")]
pub fn command(exercises: &[Exercise]) -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => list(exercises),
        ["--solutions"] => check_solutions(exercises),
        [name] if !name.starts_with('-') => check_one(exercises, name),
        _ => usage("say the name of one exercise, nothing, or `--solutions`"),
    }
}

fn usage(line: &str) -> ExitCode {
    eprintln!("{line}");
    ExitCode::from(2)
}

fn list(exercises: &[Exercise]) -> ExitCode {
    let mut solved = 0;
    for exercise in exercises {
        let is_solved = exercise.check().is_ok();
        solved += usize::from(is_solved);
        let state = if is_solved { "solved" } else { "open" };
        let (ring, name, task) = (exercise.ring(), exercise.name(), exercise.task);
        println!("{state:<6}  {ring:<7}  {name}\n{:17}{task}", "");
    }
    println!("{solved} of {} are solved", exercises.len());
    ExitCode::SUCCESS
}

fn check_solutions(exercises: &[Exercise]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for exercise in exercises {
        let name = exercise.name();
        match guarded(exercise.solution) {
            Ok(()) => println!("{name}: the solution passes"),
            Err(wrong) => {
                println!("{name}: the solution fails\n{wrong}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn check_one(exercises: &[Exercise], name: &str) -> ExitCode {
    let Some(exercise) = exercises.iter().find(|e| e.name() == name) else {
        let names: Vec<&str> = exercises.iter().map(Exercise::name).collect();
        let names = names.join(", ");
        return usage(&format!("no exercise `{name}`; there are: {names}"));
    };
    println!("{name}: {}", exercise.task);
    match exercise.check() {
        Ok(()) => {
            println!("\nSolved.");
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            println!("\n{}", wrong.trim_end());
            ExitCode::FAILURE
        }
    }
}
