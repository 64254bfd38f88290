//! The one helper crate of *Node, Rebuilt*: it expands, draws, checks, serves and
//! measures the book. `cargo run -- --help` lists what a reader can ask of it.

#![forbid(unsafe_code)]

pub mod built;
pub mod chapter;
pub mod check;
pub mod compare;
pub mod copy;
pub mod epub;
pub mod excerpt;
pub mod figure;
pub mod glossary;
pub mod listing;
pub mod measured;
pub mod node;
pub mod oracle;
pub mod pages;
pub mod preprocess;
pub mod proof;
pub mod search;
pub mod site;
pub mod skeleton;
pub mod snippet;
pub mod trace;
pub mod trail;
pub mod versions;

/// Today in UTC, as `2026-11-25`.
///
/// # Errors
/// There is no program `date` that tells it.
pub fn today() -> anyhow::Result<String> {
    use anyhow::Context;
    let output = std::process::Command::new("date")
        .args(["-u", "+%Y-%m-%d"])
        .output()
        .context("cannot ask `date` for today's date")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_string())
}

/// A wrong argument: one line that says what is wrong and what is right. The command
/// line prints it and ends with status 2; every other error ends with status 1.
#[derive(Debug)]
pub struct Usage(pub String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}
