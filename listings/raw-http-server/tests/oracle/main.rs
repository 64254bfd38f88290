//! Every program of oracle/ has a twin here, on this server, and both print the same.
//!
//! NAME.out is what the pinned Node printed for NAME.cjs.
#![cfg(target_os = "linux")]

#[allow(dead_code, reason = "the other tests use the rest")]
#[path = "../server/client.rs"]
mod client;
mod twins;

use std::collections::BTreeSet;
use std::path::PathBuf;

fn oracle() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("oracle")
}

fn compare(twin: fn() -> String, name: &str) {
    let path = oracle().join(name.replace('_', "-")).with_extension("out");
    let recorded = std::fs::read_to_string(&path).expect("a recording");
    let printed = twin();
    // Where `cargo run -- oracle` looks on.
    if let Some(folder) = std::env::var_os("ORACLE_TWINS").map(PathBuf::from) {
        let file = folder.join(path.file_name().expect("a file"));
        std::fs::write(file, &printed).expect("the folder takes it");
    }
    assert_eq!(printed, recorded, "the twin (left), Node (right)");
}

/// A test for each twin, and the list of all twins.
macro_rules! twins {
    ($($twin:ident),+ $(,)?) => {
        const TWINS: &[&str] = &[$(stringify!($twin)),+];
        $(
            #[test]
            fn $twin() {
                compare(twins::$twin, stringify!($twin));
            }
        )+
    };
}

twins! { reuse_port, split_requests, stop }

/// A program without a twin proves nothing, a twin without a program even less.
#[test]
fn every_program_has_a_twin_and_every_twin_a_program() {
    let files = std::fs::read_dir(oracle()).expect("the folder oracle");
    let found: BTreeSet<String> = files
        .map(|file| file.expect("an entry").file_name().into_string().unwrap())
        .collect();
    let wanted: BTreeSet<String> = TWINS
        .iter()
        .flat_map(|twin| ["cjs", "out"].map(|end| format!("{twin}.{end}")))
        .map(|name| name.replace('_', "-"))
        .collect();
    assert_eq!(found, wanted);
}
