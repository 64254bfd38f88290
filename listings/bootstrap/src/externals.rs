//! The table of external references: every native function that a heap may name.

use crate::bindings::BINDINGS;
use crate::engine::{External, LANGUAGE};
use std::sync::LazyLock;

// ANCHOR: table
/// The language's functions, then those of the bindings. A heap names a function by its
/// place in here, so the order is part of the format of a snapshot.
///
/// Mirrors `ExternalReferenceRegistry`, which every binding of Node fills.
pub fn table() -> &'static [External] {
    static TABLE: LazyLock<Vec<External>> = LazyLock::new(|| {
        let all = LANGUAGE.iter().chain(BINDINGS.iter().copied().flatten());
        let copy = |e: &External| External {
            name: e.name,
            function: e.function,
        };
        all.map(copy).collect()
    });
    &TABLE
}

/// Changes when a function is added, removed, renamed or moved.
pub fn fingerprint(table: &[External]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for external in table {
        hasher.update(external.name.as_bytes());
        hasher.update(&[0]);
    }
    hasher.finalize()
}
// ANCHOR_END: table
