//! Every program of oracle/ has a twin here, and both print the same.
//!
//! NAME.out is what the pinned Node printed for NAME.cjs. Where a program has children,
//! the twin has some too: `actor` in the role of a Node, and the same `cat`.

#![cfg(target_os = "linux")]

mod descriptors;
mod processes;
mod signals;
mod sockets;
mod stdout;
mod terminals;

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// No wait of a test takes longer, unless something is wrong.
const GUARD: Duration = Duration::from_secs(60);

/// What a twin prints goes here.
type Said = Vec<String>;

/// A process in the role of a Node.
fn actor(role: &str, argument: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_actor"));
    command.args([role, argument]);
    command
}

fn oracle() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("oracle")
}

fn compare(twin: &str, run: fn(&mut Said) -> io::Result<()>) {
    let name = twin.replace('_', "-");
    let mut said = Said::new();
    run(&mut said).unwrap_or_else(|error| panic!("{name}: {error}, after {said:#?}"));
    let path = oracle().join(&name).with_extension("out");
    let recorded = std::fs::read_to_string(&path).expect("a record");
    let said: String = said.iter().map(|line| format!("{line}\n")).collect();
    // Where `cargo run -- oracle` looks on.
    if let Some(folder) = std::env::var_os("ORACLE_TWINS") {
        let file = PathBuf::from(folder).join(format!("{name}.out"));
        std::fs::write(file, &said).expect("the folder takes it");
    }
    assert_eq!(said, recorded, "{name}: the twin (left), Node (right)");
}

/// A test for each twin, and the list of all twins.
macro_rules! twins {
    ($($module:ident::{$($twin:ident),+ $(,)?})*) => {
        const TWINS: &[&str] = &[$($(stringify!($twin)),+),*];
        $($(
            #[test]
            fn $twin() {
                compare(stringify!($twin), $module::$twin);
            }
        )+)*
    };
}

twins! {
    stdout::{stdout_kinds, stdout_truncated, nonblocking_leak, sigpipe}
    signals::{signal_order, signals_lost}
    descriptors::{shared_offset, permissions}
    processes::{process_groups, zombie}
    terminals::{ctrl_c, raw_mode_shared}
    sockets::{unix_socket, pass_descriptor}
}

/// A program without a twin proves nothing, a twin without a program even less.
#[test]
fn every_program_has_a_twin_and_every_twin_a_program() {
    let twins: BTreeSet<String> = TWINS
        .iter()
        .map(|twin| format!("{}.cjs", twin.replace('_', "-")))
        .collect();
    let files = std::fs::read_dir(oracle()).expect("the folder oracle");
    let names = files.map(|f| f.expect("an entry").file_name().into_string().unwrap());
    let (outputs, programs): (BTreeSet<String>, BTreeSet<String>) =
        names.partition(|name| name.ends_with(".out"));
    assert_eq!(programs, twins);
    let recorded: BTreeSet<String> = programs
        .iter()
        .map(|name| name.replace(".cjs", ".out"))
        .collect();
    assert_eq!(outputs, recorded);
}

/// Each program says on its first line what it asks.
#[test]
fn every_program_begins_with_its_question() {
    for twin in TWINS {
        let path = oracle().join(twin.replace('_', "-")).with_extension("cjs");
        let text = std::fs::read_to_string(&path).expect("a text");
        let first = text.lines().next().expect("a line");
        assert!(first.starts_with("// "), "{}", path.display());
    }
}
