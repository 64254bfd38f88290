//! Every program of oracle/ has a twin here, and both print the same.
//!
//! NAME.out is what the pinned Node printed for NAME.cjs: the bytes between `node:http`
//! and a raw socket. The twins do the same with this crate and a raw socket.

#[path = "../../examples/node-http-trace.rs"]
mod trace;

mod client;
mod pool;
mod server;
mod wire;

use std::collections::BTreeSet;
use std::path::PathBuf;

fn oracle() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("oracle")
}

/// What Node printed for the program with this name.
fn recorded(name: &str) -> String {
    let path = oracle().join(name).with_extension("out");
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn compare(twin: &str, output: &str) {
    let name = twin.replace('_', "-");
    // Where `cargo run -- oracle` looks on.
    if let Some(folder) = std::env::var_os("ORACLE_TWINS") {
        let file = PathBuf::from(folder).join(format!("{name}.out"));
        std::fs::write(file, output).expect("the folder takes it");
    }
    let recorded = recorded(&name);
    if let Some(at) = differs(output, &recorded) {
        panic!(
            "{name}, line {}: the twin, then Node\n{}\n\nNode\n{}",
            at + 1,
            around(output, at),
            around(&recorded, at)
        );
    }
}

/// The first line in which they differ.
fn differs(one: &str, other: &str) -> Option<usize> {
    let lines = one.lines().count().max(other.lines().count());
    let differ = |at: &usize| one.lines().nth(*at) != other.lines().nth(*at);
    let found = (0..lines).find(differ);
    found.or_else(|| (one != other).then_some(lines))
}

fn around(text: &str, at: usize) -> String {
    let lines = text.lines().skip(at.saturating_sub(8)).take(12);
    lines.collect::<Vec<_>>().join("\n")
}

/// A test for each twin, and the list of all twins.
macro_rules! twins {
    ($($module:ident::$twin:ident),+ $(,)?) => {
        const TWINS: &[&str] = &[$(stringify!($twin)),+];
        $(
            #[test]
            fn $twin() {
                let output = wire::run($module::$twin);
                compare(stringify!($twin), &output);
            }
        )+
    };
}

twins! {
    server::server_framing,
    server::server_fields,
    server::server_keep_alive,
    server::server_refuses,
    server::server_mistakes,
    server::server_pipeline,
    server::server_continue,
    server::server_upgrade,
    server::server_reads,
    server::server_close,
    server::server_timeouts,
    server::server_idle,
    server::server_back_pressure,
    client::client_requests,
    client::client_refuses,
    client::client_reads,
    client::client_continue,
    client::client_upgrade,
    client::client_timeout,
    pool::client_reuse,
    pool::client_pool,
    pool::client_turns,
    pool::client_reset,
    server::half_close,
    server::pipelined,
}

/// A program without a twin proves nothing, a twin without a program even less.
#[test]
fn every_program_has_a_twin_and_every_twin_a_program() {
    let expected: BTreeSet<String> = TWINS
        .iter()
        .map(|twin| twin.replace('_', "-"))
        .flat_map(|name| [format!("{name}.cjs"), format!("{name}.out")])
        .collect();
    let files = std::fs::read_dir(oracle()).expect("the folder oracle");
    let names = files.map(|f| f.expect("an entry").file_name().into_string().unwrap());
    assert_eq!(names.collect::<BTreeSet<String>>(), expected);
}

/// Each program says on its first line what it asks.
#[test]
fn every_program_begins_with_its_question() {
    for twin in TWINS {
        let path = oracle().join(twin.replace('_', "-")).with_extension("cjs");
        let text = std::fs::read_to_string(&path).expect("a text");
        assert!(text.starts_with("// "), "{}", path.display());
    }
}
