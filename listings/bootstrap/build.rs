//! Takes the snapshot that the program brings along: the same sources, once more, as a
//! program that runs now. Node calls its own `node_mksnapshot`.

#![allow(dead_code, unused_imports)]

#[path = "src/bindings/mod.rs"]
mod bindings;
#[path = "src/boot.rs"]
mod boot;
#[path = "src/engine/mod.rs"]
mod engine;
#[path = "src/externals.rs"]
mod externals;
#[path = "src/host.rs"]
mod host;
#[path = "src/options.rs"]
mod options;
#[path = "src/run.rs"]
mod run;
#[path = "src/snapshot.rs"]
mod snapshot;
#[path = "src/stack.rs"]
mod stack;

use std::path::PathBuf;

// ANCHOR: mksnapshot
fn main() {
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=lib");
    let host = host::Host::isolated(options::Options::default());
    let blob = stack::on_a_big_stack(|| run::build_startup_snapshot(host));
    let blob = blob.unwrap_or_else(|error| panic!("{error}"));
    let out = std::env::var_os("OUT_DIR").expect("cargo says where");
    let file = PathBuf::from(out).join("startup.blob");
    std::fs::write(file, blob).expect("the snapshot is written");
}
// ANCHOR_END: mksnapshot
