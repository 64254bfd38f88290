//! The table and the asking, with shell scripts in the place of Nodes.

#![cfg(unix)]

use node_by_node::{Node, Probe, Table, ask};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A program written by another process: a file that we have open for writing while
/// another test starts a child could not be run.
fn program(path: &Path, script: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
    let mut writer = Command::new("sh")
        .args(["-c", "cat >\"$0\""])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut input = writer.stdin.take().expect("its input");
    write!(input, "#!/bin/sh\n{script}").expect("it reads");
    drop(input);
    assert!(writer.wait().expect("it ends").success());
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("ours");
}

/// A folder with three Nodes, whose probes are shell scripts.
fn nodes() -> TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for version in ["26.10.0", "9.1.0", "10.24.1"] {
        let path = dir.path().join(format!("node_modules/{version}/bin/node"));
        let script = format!(
            "case \"$1\" in --version) echo v{version};; \
             *) V={version} exec /bin/sh \"$1\";; esac\n"
        );
        program(&path, &script);
    }
    dir
}

fn probe(dir: &Path, script: &str) -> Probe {
    let path = dir.join("probe.cjs");
    fs::write(&path, script).expect("it is written");
    Probe {
        question: "q".into(),
        path,
    }
}

#[test]
fn nodes_come_by_age_not_by_name() {
    let dir = nodes();
    let found = Node::installed(dir.path()).expect("three Nodes");
    let versions: Vec<_> = found.iter().map(|node| node.version.as_str()).collect();
    assert_eq!(versions, ["9.1.0", "10.24.1", "26.10.0"]);
    let none = Node::installed(&dir.path().join("none"));
    assert_eq!(none.unwrap_err().kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn a_program_that_is_no_node_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("node");
    program(&path, "echo something\n");
    let error = Node::at(&path).unwrap_err().to_string();
    assert!(
        error.contains("is no Node") && error.contains("something"),
        "{error}"
    );
}

#[test]
fn the_first_line_is_the_answer_and_nothing_is_none() {
    let dir = nodes();
    let node = &Node::installed(dir.path()).expect("three Nodes")[0];
    let answer = |script: &str| ask(node, &probe(dir.path(), script)).expect("it runs");
    assert_eq!(answer("echo one; echo two"), Some("one".into()));
    assert_eq!(answer("echo $V"), Some("9.1.0".into()));
    assert_eq!(answer("exit 3"), None);
    assert_eq!(answer("echo undefined"), None);
    // Without end: what is too much is not read, and the writer ends at the closed pipe.
    let endless = answer("while echo 0123456789; do :; done");
    assert_eq!(endless, Some("0123456789".into()));
}

#[test]
fn a_probe_begins_with_its_question() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::write(dir.path().join("b.cjs"), "// B?\n").expect("it is written");
    fs::write(dir.path().join("a.cjs"), "// A?\n1\n").expect("it is written");
    fs::write(dir.path().join("notes.txt"), "x").expect("it is written");
    let probes = Probe::all(dir.path()).expect("two probes");
    let questions: Vec<_> = probes.iter().map(|p| p.question.as_str()).collect();
    assert_eq!(questions, ["A?", "B?"]);
    fs::write(dir.path().join("c.cjs"), "console.log(1)").expect("it is written");
    let error = Probe::all(dir.path()).unwrap_err().to_string();
    assert!(
        error.contains("c.cjs does not start with its question"),
        "{error}"
    );
}

#[test]
fn the_table_shows_changes_only() {
    let some = |answers: [&str; 4]| {
        let answer = |a: &&str| (!a.is_empty()).then(|| a.to_string());
        answers.iter().map(answer).collect::<Vec<_>>()
    };
    let table = Table {
        versions: ["9.1.0", "10.24.1", "18.0.0", "26.10.0"]
            .map(String::from)
            .into(),
        rows: vec![
            ("pool".into(), some(["8192", "8192", "65536", "8192"])),
            ("fetch".into(), some(["", "", "yes", "yes"])),
        ],
    };
    assert_eq!(
        table.to_string(),
        "Node   9.1   10.24  18.0   26.10\n\
         pool   8192  ·      65536  8192\n\
         fetch  -     ·      yes    ·\n"
    );
}

/// The probes of the book are well formed, and each asks something else.
#[test]
fn the_probes_of_the_book() {
    let probes = Path::new(env!("CARGO_MANIFEST_DIR")).join("probes");
    let mut questions: Vec<_> = Probe::all(&probes)
        .expect("each begins with its question")
        .into_iter()
        .map(|probe| probe.question)
        .collect();
    let all = questions.len();
    questions.sort();
    questions.dedup();
    assert!(all > 20 && questions.len() == all, "{questions:?}");
}
