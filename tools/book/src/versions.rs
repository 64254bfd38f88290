//! One version of each tool: said once, and repeated nowhere differently.
//!
//! Node is pinned by `tools/node/package.json`, mdBook by the crates in `Cargo.lock`,
//! Rust by `rust-toolchain.toml`. Other files may name a version; it must be this one.

use crate::check::Finding;
use anyhow::{Context, Result};
use regex::Regex;
use std::fs;
use std::path::{Path, PathBuf};

/// A tool, where its version is decided, and how other files write it.
struct Pin {
    tool: &'static str,
    source: &'static str,
    version: String,
    written: Regex,
}

/// The findings: each place that names another version.
pub fn check(root: &Path) -> Result<Vec<Finding>> {
    let pins = pins(root)?;
    let mut findings = Vec::new();
    for file in files(root) {
        let text = fs::read_to_string(root.join(&file))?;
        for (i, line) in text.lines().enumerate() {
            for pin in &pins {
                for found in pin.written.captures_iter(line) {
                    if !agrees(&pin.version, &found[1]) {
                        findings.push(Finding {
                            file: file.clone(),
                            line: i + 1,
                            what: format!(
                                "{} {} here, {} in {}",
                                pin.tool, &found[1], pin.version, pin.source
                            ),
                            todo: "Make both the same.".into(),
                        });
                    }
                }
            }
        }
    }
    Ok(findings)
}

/// The version of Rust that builds the book, as `1.95.0`.
///
/// # Errors
/// `rust-toolchain.toml` cannot be read, or names none.
pub fn rust(root: &Path) -> Result<String> {
    decided(root, "rust-toolchain.toml", r#"channel = "([^"]+)""#)
}

/// What a file decides: the first group of a pattern.
fn decided(root: &Path, file: &str, pattern: &str) -> Result<String> {
    let text = fs::read_to_string(root.join(file))
        .with_context(|| format!("cannot read {file}"))?;
    let found = Regex::new(pattern)?
        .captures(&text)
        .map(|c| c[1].to_string());
    found.with_context(|| format!("{file} pins no version"))
}

/// `1.95` agrees with `1.95.0`; `1.9` does not.
fn agrees(pinned: &str, written: &str) -> bool {
    pinned == written || pinned.starts_with(&format!("{written}."))
}

/// The files that people and machines read versions in.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = [
        "README.md",
        "CONTRIBUTING.md",
        "book.toml",
        ".ci/run",
        "Cargo.toml",
    ]
    .iter()
    .map(PathBuf::from)
    .collect();
    for (folder, name) in [("listings", "Cargo.toml"), ("tools", "Cargo.toml")] {
        for entry in fs::read_dir(root.join(folder))
            .into_iter()
            .flatten()
            .flatten()
        {
            files.push(Path::new(folder).join(entry.file_name()).join(name));
        }
    }
    let workflows = fs::read_dir(root.join(".github/workflows"));
    for entry in workflows.into_iter().flatten().flatten() {
        files.push(Path::new(".github/workflows").join(entry.file_name()));
    }
    files.retain(|file| root.join(file).is_file());
    files.sort();
    files
}

fn pins(root: &Path) -> Result<Vec<Pin>> {
    let number = r"(\d+\.\d+(?:\.\d+)?)";
    let pin = |tool, source, version, before: &str| -> Result<Pin> {
        let written = Regex::new(&format!("(?i){before}{number}"))?;
        Ok(Pin {
            tool,
            source,
            version,
            written,
        })
    };
    Ok(vec![
        pin(
            "Node",
            "tools/node/package.json",
            crate::node::wanted(root)?,
            r"\bnode(?:\.js|-version)?[ @:v='\x22]{1,4}",
        )?,
        pin(
            "mdBook",
            "Cargo.lock",
            decided(
                root,
                "Cargo.lock",
                r#"name = "mdbook-driver"\nversion = "([^"]+)""#,
            )?,
            r"\bmdbook[ @:v=]{1,3}(?:--version )?",
        )?,
        pin(
            "Rust",
            "rust-toolchain.toml",
            rust(root)?,
            r"\brust(?:-version)?[ =v]{1,3}\x22?",
        )?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shorter_version_agrees_when_it_is_a_prefix_of_whole_numbers() {
        assert!(agrees("1.95.0", "1.95") && agrees("0.5.4", "0.5.4"));
        assert!(!agrees("1.95.0", "1.9") && !agrees("26.10.0", "26.1.0"));
    }
}
