//! Recorded terminal sessions: `examples/NAME.console`.
//!
//! A line that starts with `$ ` is a command, run by `sh` from the root of the book;
//! the lines up to the next one are what it printed, stdout and stderr together. A
//! command that ends in the comment `# varies…` may print something else every time.

use super::process::{End, Streams};
use super::{Problem, Recorded, diff, process, write_if_changed};
use crate::listing::Listing;
use anyhow::{Context, Result};
use regex::Regex;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

/// What cargo needs to find its tools and crates.
const KEPT: [&str; 5] = [
    "CARGO_HOME",
    "CARGO_TARGET_DIR",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "TMPDIR",
];

/// One session.
#[derive(Clone, Debug)]
pub(super) struct Transcript {
    path: PathBuf,
    /// The path from the root of the book, as messages show it.
    pub shown: String,
    listing: String,
    text: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    /// As typed, comment and all.
    command: String,
    /// Ends in a newline unless it is empty.
    output: String,
}

/// How commands are run.
pub(super) struct Runner<'a> {
    pub root: &'a Path,
    /// The PATH of the commands: the pinned Node before all others.
    pub path: OsString,
    pub deadline: Duration,
}

/// The sessions of a listing, and those that cannot be read as one.
pub(super) fn all(
    root: &Path,
    listing: &Listing,
) -> Result<(Vec<Transcript>, Vec<Problem>)> {
    let (mut transcripts, mut problems) = (Vec::new(), Vec::new());
    for path in super::files(&listing.dir.join("examples"))? {
        if path
            .extension()
            .is_none_or(|extension| extension != "console")
        {
            continue;
        }
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let shown = super::shown(root, &path);
        let listing = listing.name.clone();
        match parse(&text) {
            Some(steps) => {
                transcripts.push(Transcript {
                    path,
                    shown,
                    listing,
                    text,
                    steps,
                });
            }
            None => problems.push(Problem::new(
                &listing,
                format!("{shown} does not start with a command: `$ ` and what to run"),
            )),
        }
    }
    Ok((transcripts, problems))
}

impl Transcript {
    /// Whether a command calls `node`, so that the pinned one has to be there.
    pub fn needs_node(&self) -> bool {
        static NODE: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(^|[\s;&|(])node(\s|$)").expect("a valid regex")
        });
        self.steps.iter().any(|step| NODE.is_match(&step.command))
    }

    /// How many commands may print what they like.
    pub fn varying(&self) -> usize {
        self.steps.iter().filter(|step| step.varies()).count()
    }
}

impl Step {
    fn varies(&self) -> bool {
        static VARIES: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"\s#\s*varies\b").expect("a valid regex"));
        VARIES.is_match(&self.command)
    }
}

impl Runner<'_> {
    /// Runs every command again and compares those whose output may not vary.
    pub fn compare(&self, transcript: &Transcript) -> Result<Option<Problem>> {
        let problem = |text| Ok(Some(Problem::new(&transcript.listing, text)));
        let mut now = Vec::new();
        for step in &transcript.steps {
            match self.run(transcript, step)? {
                Ok(_) if step.varies() => now.push(step.clone()),
                Ok(fresh) => now.push(fresh),
                Err(text) => return problem(text),
            }
        }
        if now == transcript.steps {
            return Ok(None);
        }
        let (recorded, now) = (&render(&transcript.steps), &render(&now));
        let diff = diff(("recorded", recorded), ("now", now));
        problem(format!("{} went another way\n{diff}", transcript.shown))
    }

    /// Runs every command and writes what it printed.
    pub fn record(&self, transcript: &Transcript) -> Result<Recorded> {
        let mut now = Vec::new();
        for step in &transcript.steps {
            match self.run(transcript, step)? {
                Ok(fresh) => now.push(fresh),
                Err(text) => return Ok(Recorded::refused(&transcript.listing, text)),
            }
        }
        let text = render(&now);
        if parse(&text).as_ref() != Some(&now) {
            let text = format!(
                "{}: a command prints a line that starts with `$ `: not recorded",
                transcript.shown
            );
            return Ok(Recorded::refused(&transcript.listing, text));
        }
        let changed =
            text != transcript.text && write_if_changed(&transcript.path, &text)?;
        Ok(Recorded::from_change(
            changed.then(|| transcript.shown.clone()),
        ))
    }

    /// One command as it goes now, or what is wrong with the run.
    fn run(
        &self,
        transcript: &Transcript,
        step: &Step,
    ) -> Result<Result<Step, String>> {
        let mut command = process::clean("sh".as_ref(), &KEPT);
        command
            .args(["-c", &step.command])
            .current_dir(self.root)
            .env("PATH", &self.path)
            .env("CARGO_TERM_COLOR", "never");
        let finished = process::run(&mut command, Streams::Together, self.deadline)?;
        let wrong = |what: &str| {
            let (shown, command) = (&transcript.shown, &step.command);
            let said = String::from_utf8_lossy(&finished.stdout);
            let last: Vec<&str> = said.lines().rev().take(5).collect();
            let last: String = last
                .iter()
                .rev()
                .map(|line| format!("  {line}\n"))
                .collect();
            Ok(Err(format!("{shown}: `{command}` {what}\n{last}")))
        };
        match finished.end {
            End::Overran(deadline) => wrong(&format!("ran longer than {deadline:?}")),
            End::WroteTooMuch => wrong("prints without end"),
            // What a shell answers when a program cannot be run or is not there.
            End::Exited(status) if matches!(status.code(), Some(126 | 127)) => {
                wrong("calls a program that cannot be run here")
            }
            // A session with a program that does not build is not about the program.
            End::Exited(_) if says_not_built(&finished.stdout) => {
                wrong("calls cargo, which cannot build it")
            }
            End::Exited(_) => {
                let output = String::from_utf8_lossy(&finished.stdout);
                let mut output = super::without_machine(self.root, &output);
                if !output.is_empty() && !output.ends_with('\n') {
                    output.push('\n');
                }
                Ok(Ok(Step {
                    command: step.command.clone(),
                    output,
                }))
            }
        }
    }
}

/// Did cargo give up before anything ran?
fn says_not_built(output: &[u8]) -> bool {
    let starts = [
        "error: could not compile `",
        "error: failed to load manifest",
        "error: failed to parse manifest",
        "error: no example target named",
        "error: package ID specification",
    ];
    let output = String::from_utf8_lossy(output);
    let mut lines = output.lines();
    lines.any(|line| starts.iter().any(|start| line.starts_with(start)))
}

/// The steps of a session; none if there is text before the first command, or no
/// command at all.
fn parse(text: &str) -> Option<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    for line in text.split_terminator('\n') {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                command: command.to_string(),
                output: String::new(),
            });
        } else {
            let step = steps.last_mut()?;
            step.output.push_str(line);
            step.output.push('\n');
        }
    }
    (!steps.is_empty()).then_some(steps)
}

fn render(steps: &[Step]) -> String {
    let step = |step: &Step| format!("$ {}\n{}", step.command, step.output);
    steps.iter().map(step).collect()
}
