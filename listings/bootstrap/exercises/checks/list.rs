//! All exercises, the easy ones first.

use super::modify;
use super::{Exercise, Ring, predict, reader, rebuild, solution};

pub const EXERCISES: &[Exercise] = &[
    Exercise {
        name: "predict-preload-order",
        ring: Ring::Predict,
        task: "-r, --import and NODE_OPTIONS: in which order do they load?",
        source: include_str!("../predict-preload-order.rs"),
        reader: || {
            let lines = reader::predict_preload_order::PREDICTION;
            predict::check(lines, predict::PRELOAD_ORDER)
        },
        solution: || {
            let lines = solution::predict_preload_order::PREDICTION;
            predict::check(lines, predict::PRELOAD_ORDER)
        },
    },
    Exercise {
        name: "predict-snapshot-order",
        ring: Ring::Predict,
        task: "callbacks around a snapshot: in which order, in which process?",
        source: include_str!("../predict-snapshot-order.rs"),
        reader: || {
            let lines = reader::predict_snapshot_order::PREDICTION;
            predict::check(lines, predict::SNAPSHOT_ORDER)
        },
        solution: || {
            let lines = solution::predict_snapshot_order::PREDICTION;
            predict::check(lines, predict::SNAPSHOT_ORDER)
        },
    },
    Exercise {
        name: "modify-keep-no-secret",
        ring: Ring::Modify,
        task: "a token is in the snapshot: keep it out, and use your own",
        source: include_str!("../modify-keep-no-secret.rs"),
        reader: || modify::keep_no_secret(reader::modify_keep_no_secret::ENTRY),
        solution: || modify::keep_no_secret(solution::modify_keep_no_secret::ENTRY),
    },
    Exercise {
        name: "modify-open-again",
        ring: Ring::Modify,
        task: "a directory is open: give it up for the snapshot, then take it again",
        source: include_str!("../modify-open-again.rs"),
        reader: || modify::open_again(reader::modify_open_again::ENTRY),
        solution: || modify::open_again(solution::modify_open_again::ENTRY),
    },
    Exercise {
        name: "modify-start-warm",
        ring: Ring::Modify,
        task: "a start computes what never changes: compute it once",
        source: include_str!("../modify-start-warm.rs"),
        reader: || modify::start_warm(reader::modify_start_warm::ENTRY),
        solution: || modify::start_warm(solution::modify_start_warm::ENTRY),
    },
    Exercise {
        name: "rebuild-builtin-loader",
        ring: Ring::Rebuild,
        task: "the loader of built-in modules, with circles and the load list",
        source: include_str!("../rebuild-builtin-loader.rs"),
        reader: rebuild::builtin_loader::<reader::rebuild_builtin_loader::Loader>,
        solution: rebuild::builtin_loader::<solution::rebuild_builtin_loader::Loader>,
    },
    Exercise {
        name: "rebuild-mover",
        ring: Ring::Rebuild,
        task: "the walk that writes a heap: each thing once, circles too",
        source: include_str!("../rebuild-mover.rs"),
        reader: rebuild::mover::<reader::rebuild_mover::Walk>,
        solution: rebuild::mover::<solution::rebuild_mover::Walk>,
    },
];
