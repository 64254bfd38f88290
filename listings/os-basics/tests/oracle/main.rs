//! Every program of oracle/ has a twin here, and both print the same.
//!
//! NAME.out is what the pinned Node printed for NAME.cjs. A twin is a process, as the
//! program is: `os-basics-twin NAME`.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Output};

fn oracle() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("oracle")
}

fn twin(name: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_os-basics-twin"));
    command.args(name).output().expect("the twin runs")
}

/// Where `cargo run -- oracle` looks on, what the twin printed.
fn tell(name: &str, printed: &str) {
    if let Some(folder) = std::env::var_os("ORACLE_TWINS") {
        let file = PathBuf::from(folder).join(format!("{name}.out"));
        std::fs::write(file, printed).expect("the folder takes it");
    }
}

fn compare(name: &str) {
    let name = name.replace('_', "-");
    let path = oracle().join(&name).with_extension("out");
    let recorded = std::fs::read_to_string(&path).expect("a recording");
    let output = twin(Some(&name));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {stderr}");
    let printed = String::from_utf8_lossy(&output.stdout);
    tell(&name, &printed);
    assert_eq!(printed, recorded, "{name}: the twin (left), Node (right)");
}

macro_rules! twins {
    ($($twin:ident),+ $(,)?) => {
        const TESTED: &[&str] = &[$(stringify!($twin)),+];
        $(
            #[test]
            fn $twin() {
                compare(stringify!($twin));
            }
        )+
    };
}

twins! {
    errors_of_open, error_numbers, lowest_descriptor, stale_descriptor, would_block,
    sync_and_async, spawn_errors, exit_status, too_many_files, files_at_once,
    too_many_processes, out_of_memory, file_too_large, no_permission,
}

/// A program without a twin proves nothing, nor does a twin that no test runs.
#[test]
fn every_program_has_a_twin_and_every_twin_a_program() {
    let tested: BTreeSet<String> = TESTED.iter().map(|t| t.replace('_', "-")).collect();
    let twins = String::from_utf8(twin(None).stdout).expect("names");
    let twins: BTreeSet<String> = twins.lines().map(str::to_string).collect();
    assert_eq!(tested, twins);
    let files = std::fs::read_dir(oracle()).expect("the folder oracle");
    let names = files.map(|f| f.expect("an entry").file_name().into_string().unwrap());
    let names: BTreeSet<String> = names.collect();
    let both = |twin: &String| [format!("{twin}.cjs"), format!("{twin}.out")];
    assert_eq!(names, twins.iter().flat_map(both).collect());
}

#[test]
fn every_program_begins_with_its_question() {
    for file in std::fs::read_dir(oracle()).expect("the folder oracle") {
        let path = file.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "cjs") {
            let text = std::fs::read_to_string(&path).expect("a text");
            assert!(text.starts_with("// "), "{}", path.display());
        }
    }
}

/// A name that is no twin's is refused with what is right.
#[test]
fn a_wrong_name_is_an_error() {
    let output = twin(Some("no-such-twin"));
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.is_empty());
}
