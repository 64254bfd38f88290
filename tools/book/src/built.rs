//! Tests as `cargo test --workspace` builds them, so that nothing is built twice.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// The folder of its package.
    pub package: PathBuf,
    pub program: PathBuf,
}

/// Builds every test called `name` in the workspace at `root`, with this cargo.
///
/// # Errors
/// What does not build: cargo has said why by then.
pub fn tests(cargo: &Path, root: &Path, name: &str) -> Result<Vec<Test>> {
    let output = Command::new(cargo)
        .args(["test", "--quiet", "--locked", "--workspace", "--no-run"])
        .args([
            "--test",
            name,
            "--message-format",
            "json-render-diagnostics",
        ])
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {} to build tests", cargo.display()))?;
    if !output.status.success() {
        bail!("a test does not build; `cargo test --workspace --test {name}` says why");
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let test = |message: Value| {
        let manifest = Path::new(message["manifest_path"].as_str()?);
        Some(Test {
            package: manifest.parent()?.to_path_buf(),
            program: PathBuf::from(message["executable"].as_str()?),
        })
    };
    Ok(messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .filter_map(test)
        .collect())
}
