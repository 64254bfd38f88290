//! The exercises, and what each of them must do.
//!
//! Shared by examples/js-runtime-exercise.rs, which tells a reader what is still wrong,
//! and by tests/exercises.rs. A line that starts with [`MARKER`] says that an exercise
//! is not solved yet and what to do next; whoever solves it deletes that line.

#[path = "../../tests/support/mod.rs"]
#[allow(dead_code)]
mod support;

mod list;
#[path = "../predict-empty-stack.rs"]
mod predict_empty_stack;
#[path = "../predict-esm-cycle.rs"]
mod predict_esm_cycle;
#[path = "../predict-handled-late.rs"]
mod predict_handled_late;
#[path = "../rebuild-runtime.rs"]
mod rebuild_runtime;
mod solution;

use js_runtime::Limits;
use js_runtime::rquickjs::Result as Run;
use std::path::Path;
use std::time::Duration;

pub use list::EXERCISES;

/// Starts the line that marks an exercise as unsolved.
pub const MARKER: &str = "// UNSOLVED: ";

/// A program that takes longer never ends.
const GUARD: Limits = Limits {
    memory: None,
    blocked: Some(Duration::from_secs(60)),
};

/// One exercise, as the reader has it and as it can be solved.
pub struct Exercise {
    /// exercises/NAME.rs or .cjs, the same under exercises/solutions/.
    pub file: &'static str,
    /// The task in one line.
    pub task: &'static str,
    pub kind: Kind,
}

/// Runs a program; the lines that it printed.
pub type RunProgram = fn(&str) -> Run<Vec<String>>;

/// What an exercise asks for: the reader's answer, the solution, and what they are
/// compared with.
pub enum Kind {
    /// Lines, and those that Node printed.
    Predict([&'static [&'static str]; 2], &'static str),
    /// A JavaScript program that should print this.
    Modify(&'static str),
    /// A JavaScript file that the program of this name checks.
    RebuildJs(&'static str),
    /// A function that runs programs.
    RebuildRust([RunProgram; 2]),
}

impl Exercise {
    /// Without the ending.
    pub fn name(&self) -> &'static str {
        self.file.split('.').next().unwrap_or(self.file)
    }

    /// Is the reader's file right?
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn reader(&self) -> Result<(), String> {
        self.judge(0, &folder(self.file))
    }

    /// Is the solution?
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn solution(&self) -> Result<(), String> {
        self.judge(1, &folder(&format!("solutions/{}", self.file)))
    }

    fn judge(&self, which: usize, path: &str) -> Result<(), String> {
        match self.kind {
            Kind::Predict(lines, node) => predicted(lines[which], node),
            Kind::Modify(wanted) => prints(path, &[], wanted),
            Kind::RebuildJs(check) => {
                let check = folder(&format!("checks/{check}"));
                let outcome = support::run(Path::new(&check), &[path], GUARD);
                let wrong: Vec<&str> = outcome
                    .stdout
                    .lines()
                    .filter(|line| line.contains("no: "))
                    .collect();
                match (wrong.is_empty(), outcome.code) {
                    (true, 0) => Ok(()),
                    (true, _) => Err(outcome.stderr),
                    (false, _) => Err(wrong.join("\n")),
                }
            }
            Kind::RebuildRust(run) => list::check_runtime(run[which]),
        }
    }

    /// The number of the marker's line and what it says is to be done, if it is there.
    pub fn unsolved(&self) -> Option<(usize, String)> {
        let text = std::fs::read_to_string(folder(self.file)).unwrap_or_default();
        let mut lines = text.lines().enumerate();
        lines
            .find_map(|(i, line)| Some((i + 1, line.strip_prefix(MARKER)?.to_string())))
    }

    /// Is the exercise solved? If not, what is wrong?
    ///
    /// # Errors
    /// What is still wrong, and what the marker says.
    pub fn check(&self) -> Result<(), String> {
        match (self.reader(), self.unsolved()) {
            (result, None) => result,
            (Err(wrong), Some((line, next))) => Err(format!(
                "{wrong}\n\nexercises/{}:{line}:\n  {next}",
                self.file
            )),
            (Ok(()), Some((line, _))) => Err(format!(
                "It does what it should. Delete its line {line}, and it is solved."
            )),
        }
    }
}

fn folder(file: &str) -> String {
    format!("{}/exercises/{file}", env!("CARGO_MANIFEST_DIR"))
}

/// Compares without telling what is right: the reader wants to find out.
pub fn predicted(lines: &[&str], node: &str) -> Result<(), String> {
    let node: Vec<&str> = node.lines().collect();
    let right = lines
        .iter()
        .zip(&node)
        .take_while(|(mine, node)| mine == node)
        .count();
    match lines.get(right) {
        None if right == node.len() => Ok(()),
        None => Err(format!(
            "All of your lines are right, but Node prints {}.",
            node.len()
        )),
        Some(_) if right >= node.len() => Err(format!(
            "Node prints {} lines, not {}.",
            node.len(),
            lines.len()
        )),
        Some(mine) => Err(format!("Line {} is another one than: {mine}", right + 1)),
    }
}

fn prints(path: &str, args: &[&str], wanted: &str) -> Result<(), String> {
    let outcome = support::run(Path::new(path), args, GUARD);
    if outcome.stdout == wanted && outcome.code == 0 {
        return Ok(());
    }
    let printed = format!("{}{}", outcome.stdout, outcome.stderr);
    let block =
        |text: &str| text.lines().map(|l| format!("  {l}\n")).collect::<String>();
    Err(format!(
        "It prints\n{}\nIt should print\n{}",
        block(&printed),
        block(wanted).trim_end()
    ))
}
