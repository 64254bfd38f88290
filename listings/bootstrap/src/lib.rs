//! From `main` to your first line: a host, a small engine, and a prelude in JavaScript
//! that is booted live or read from a snapshot.
//!
//! What JavaScript made lies in [`engine::heap`], what the process has in [`host`], and
//! [`bindings`] are the only way from the one to the other.

#![forbid(unsafe_code)]

pub mod bindings;
pub mod boot;
pub mod cli;
pub mod engine;
pub mod externals;
pub mod host;
pub mod options;
pub mod run;
pub mod snapshot;
pub mod stack;

// ANCHOR: embedded
/// The snapshot that the build script took: part of the program, as its code is.
///
/// Mirrors `node::SnapshotBuilder::GetEmbeddedSnapshotData`.
pub const EMBEDDED_SNAPSHOT: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/startup.blob"));
// ANCHOR_END: embedded
