//! A `should_panic` block passes only when it panics, and with the stated message. Each
//! program that skeptic is handed is compiled and run here as skeptic would.

use book::chapter::Chapter;
use book::snippet;
use std::fs;
use std::process::Command;

/// Whether the program made from this `should_panic` block ends well.
fn passes(body: &str) -> bool {
    let text = format!("# T\n\n```rust,should_panic\n{body}\n```\n");
    let chapter = Chapter {
        title: "T".into(),
        file: "src/01-part/t.md".into(),
        source: text.clone(),
        expanded: text,
    };
    let out = tempfile::tempdir().unwrap();
    let snippets = snippet::all(&[chapter]).unwrap();
    let files = snippet::hand_over(&snippets, out.path()).unwrap();
    let markdown = fs::read_to_string(&files[0]).unwrap();
    let program: Vec<&str> = markdown.lines().filter(|l| !l.contains("````")).collect();
    let source = out.path().join("t.rs");
    fs::write(&source, program.join("\n")).unwrap();
    let binary = out.path().join("t");
    let compiled = Command::new("rustc")
        .args(["--edition", "2021", "-o"])
        .args([&binary, &source])
        .output()
        .unwrap();
    compiled.status.success()
        && Command::new(&binary).output().unwrap().status.success()
}

#[test]
fn it_passes_when_it_panics_as_stated() {
    assert!(passes(
        "fn main() { panic!(\"no {}\", \"room\"); } // panics: no room"
    ));
    assert!(passes("fn main() { panic!(\"whatever\"); }"));
}

#[test]
fn it_fails_when_it_ends_well() {
    assert!(!passes("fn main() {}"));
}

#[test]
fn it_fails_when_it_panics_with_other_words() {
    assert!(!passes(
        "fn main() { panic!(\"full\"); } // panics: no room"
    ));
}

#[test]
fn it_fails_when_it_does_not_compile() {
    assert!(!passes(
        "fn main() { let x: u8 = \"\"; } // panics: no room"
    ));
}
