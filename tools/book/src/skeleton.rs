//! `new chapter` and `new listing`: skeletons that keep every rule from the start.

use crate::Usage;
use crate::listing::Listing;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use toml_edit::{DocumentMut, InlineTable, Value};

/// The sections of a chapter and what each is to hold, as the contract has them.
const SECTIONS: [(&str, &str); 7] = [
    (
        "What Node does",
        "The mechanism in plain words, a figure, the source trail.",
    ),
    (
        "Rebuild it",
        "From the smallest program that runs, one change at a time.",
    ),
    (
        "Prove it",
        "The same scenario in Node and in the rebuild, both outputs.",
    ),
    (
        "Break it",
        "A command, what was seen, why it broke, how to see it, how to live.",
    ),
    (
        "Measure it",
        "The rebuild, Node and the best peer on the same work.",
    ),
    (
        "What we left out",
        "What Node does there and why; where folklore is stale.",
    ),
    (
        "Exercises",
        "Predict, modify, rebuild; each checked by a test.",
    ),
];

/// `new chapter 02-core-modules/events "events"`: the chapter, and its line in
/// SUMMARY.md. `place` is the path below `src/` without `.md`.
pub fn chapter(root: &Path, place: &str, title: &str) -> Result<()> {
    let place = place.trim_end_matches(".md");
    let parts: Vec<&str> = place.split('/').collect();
    if parts.len() != 2 || !parts.iter().all(|part| is_kebab(part)) {
        return Err(Usage(format!(
            "`{place}` is no place for a chapter; say PART/NAME, as in \
             01-node-architecture/event-loop"
        ))
        .into());
    }
    let file = root.join("src").join(format!("{place}.md"));
    if file.exists() {
        return Err(
            Usage(format!("src/{place}.md exists; it was left as it is")).into(),
        );
    }
    let mut text = format!("# {title}\n\nThe question, in a sentence or two.\n");
    for (heading, hint) in SECTIONS {
        text += &format!("\n## {heading}\n\n{hint}\n");
    }
    fs::create_dir_all(file.parent().expect("a file in a folder"))?;
    let summary = root.join("src/SUMMARY.md");
    let listed = with_chapter(&fs::read_to_string(&summary)?, parts[0], place, title);
    fs::write(&file, text)?;
    fs::write(&summary, listed)?;
    println!("src/{place}.md is there and in src/SUMMARY.md.");
    Ok(())
}

/// SUMMARY.md with one more chapter: after the last one of its part, or at the end of
/// the numbered chapters under a part title of its own.
fn with_chapter(summary: &str, part: &str, place: &str, title: &str) -> String {
    let entry = format!("- [{title}]({place}.md)");
    let mut lines: Vec<String> = summary.lines().map(str::to_string).collect();
    let of_part = format!("]({part}/");
    if let Some(last) = lines.iter().rposition(|line| line.contains(&of_part)) {
        lines.insert(last + 1, entry);
    } else {
        let numbered = |line: &String| line.trim_start().starts_with("- [");
        let end = lines
            .iter()
            .rposition(numbered)
            .map_or(lines.len(), |i| i + 1);
        let words = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        let (first, rest) = words.split_at(words.len().min(1));
        let heading = format!("# {}{}", first.to_uppercase(), rest.replace('-', " "));
        lines.splice(end..end, ["".to_string(), heading, "".to_string(), entry]);
    }
    lines.join("\n") + "\n"
}

/// `new listing node-events 02-core-modules/events`: a crate with a test, a README, a
/// line in the workspace's manifest, and its first excerpt in the chapter.
pub fn listing(root: &Path, name: &str, place: &str) -> Result<()> {
    let place = place.trim_end_matches(".md");
    if !is_kebab(name) {
        let why =
            format!("`{name}` is no name for a listing; say it as in node-events");
        return Err(Usage(why).into());
    }
    if Listing::all(root)?.iter().any(|l| l.name == name) {
        return Err(
            Usage(format!("listings/{name} exists; it was left as it is")).into(),
        );
    }
    let file = root.join("src").join(format!("{place}.md"));
    let Ok(text) = fs::read_to_string(&file) else {
        return Err(Usage(format!(
            "there is no chapter src/{place}.md; make it first: \
             cargo run -- new chapter {place} \"Title\""
        ))
        .into());
    };
    let title = text
        .lines()
        .next()
        .unwrap_or_default()
        .trim_start_matches("# ");
    write_listing(&root.join("listings").join(name), name, place, title)?;
    fs::write(&file, with_excerpt(&text, name))?;
    let manifest = root.join("Cargo.toml");
    fs::write(
        &manifest,
        with_dependency(&fs::read_to_string(&manifest)?, name)?,
    )?;
    println!("listings/{name} is there; src/{place}.md shows it. cargo test -p {name}");
    Ok(())
}

fn is_kebab(word: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !word.is_empty() && word.chars().all(allowed) && !word.starts_with('-')
}

fn write_listing(dir: &Path, name: &str, place: &str, title: &str) -> Result<()> {
    fs::create_dir_all(dir.join("src"))?;
    let files: [(PathBuf, String); 3] = [
        ("Cargo.toml".into(), manifest(name)),
        (
            "README.md".into(),
            format!(
                "What {name} is, in a sentence.\nIts chapter is \
                 [{title}](../../src/{place}.md).\nRun it: `cargo test -p {name}`.\n"
            ),
        ),
        (
            "src/lib.rs".into(),
            format!("//! What {name} rebuilds.\n\n#![forbid(unsafe_code)]\n"),
        ),
    ];
    for (file, text) in files {
        fs::write(dir.join(&file), text)
            .with_context(|| format!("cannot write {}", dir.join(&file).display()))?;
    }
    Ok(())
}

fn manifest(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         rust-version = \"{}\"\nlicense = \"MIT OR Apache-2.0\"\npublish = false\n",
        env!("CARGO_PKG_RUST_VERSION")
    )
}

/// The chapter with an excerpt of the listing under *Rebuild it*.
fn with_excerpt(text: &str, name: &str) -> String {
    let excerpt = format!(
        "```rust,ignore\n{{{{#include ../../listings/{name}/src/lib.rs}}}}\n```\n"
    );
    let heading = "## Rebuild it\n";
    match text.find(heading) {
        Some(start) => {
            let next = text[start + heading.len()..].find("\n## ");
            let at = next.map_or(text.len(), |n| start + heading.len() + n);
            format!("{}\n{excerpt}{}", &text[..at], &text[at..])
        }
        None => format!("{text}\n{excerpt}"),
    }
}

fn with_dependency(manifest: &str, name: &str) -> Result<String> {
    let mut document: DocumentMut = manifest
        .parse()
        .context("the workspace's Cargo.toml is not valid TOML")?;
    let mut table = InlineTable::new();
    table.insert("path", format!("listings/{name}").into());
    document["dev-dependencies"][name] = toml_edit::value(Value::InlineTable(table));
    Ok(document.to_string())
}

/// Brings a new listing into Cargo.lock: the pages are built with `--locked`.
pub fn refresh_lock(root: &Path) -> Result<()> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["metadata", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!(
            "cargo could not add the listing to Cargo.lock:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapter_is_listed_with_its_part() {
        let summary = "# Summary\n\n- [A](01-a/a.md)\n- [B](02-b/b.md)\n\n[G](g.md)\n";
        let with = with_chapter(summary, "01-a", "01-a/c", "C");
        assert!(
            with.contains("- [A](01-a/a.md)\n- [C](01-a/c.md)\n"),
            "{with}"
        );
        let with = with_chapter(summary, "03-c", "03-c/c", "C");
        assert!(
            with.contains("(02-b/b.md)\n\n# C\n\n- [C](03-c/c.md)\n\n[G]"),
            "{with}"
        );
    }

    #[test]
    fn an_excerpt_stands_under_its_heading() {
        let with = with_excerpt("# T\n\n## Rebuild it\n\nHow.\n\n## Prove it\n", "x");
        let (fence, next) = (with.find("```rust,ignore"), with.find("## Prove it"));
        assert!(fence.is_some() && fence < next, "{with}");
    }
}
