//! Every program of oracle/ has a twin here, on this loop, and both print the same.
//!
//! NAME.out is what the pinned Node printed for NAME.cjs.
#![cfg(target_os = "linux")]

mod closing;
#[path = "../common/mod.rs"]
mod common;
mod node;
mod pool;
mod sockets;

use common::{Log, in_time};
use std::collections::BTreeSet;
use std::path::PathBuf;

fn oracle() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("oracle")
}

fn compare(twin: fn(&Log), name: &str) {
    let path = oracle().join(name.replace('_', "-")).with_extension("out");
    let recorded = std::fs::read_to_string(&path).expect("a recording");
    let watched = std::env::var_os("ORACLE_TWINS").map(PathBuf::from);
    in_time(move || {
        let log = Log::default();
        twin(&log);
        // Where `cargo run -- oracle` looks on.
        if let (Some(folder), Some(file)) = (watched, path.file_name()) {
            std::fs::write(folder.join(file), log.text()).expect("the folder takes it");
        }
        assert_eq!(log.text(), recorded, "the twin (left), Node (right)");
    });
}

/// A test for each twin, and the list of all twins.
macro_rules! twins {
    ($($module:ident::{$($twin:ident),+ $(,)?})*) => {
        const TWINS: &[&str] = &[$($(stringify!($twin)),+),*];
        $($(
            #[test]
            fn $twin() {
                compare($module::$twin, stringify!($twin));
            }
        )+)*
    };
}

twins! {
    pool::{ who_waits, slow_lane, slow_lane_order }
    closing::{ closing_writes, closing_batch, closing_nested }
    sockets::{ wakeups_coalesce, accept_one }
}

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
