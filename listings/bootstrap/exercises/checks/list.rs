//! All exercises, the easy ones first.

use super::harness::{Exercise, predicted};
use super::modify;
use super::{predict, reader, rebuild, solution};

pub const EXERCISES: &[Exercise] = &[
    Exercise {
        file: "predict-preload-order.rs",
        task: "-r, --import and NODE_OPTIONS: in which order do they load?",
        source: include_str!("../predict-preload-order.rs"),
        reader: || {
            let lines = reader::predict_preload_order::PREDICTION;
            predicted(lines, predict::PRELOAD_ORDER)
        },
        solution: || {
            let lines = solution::predict_preload_order::PREDICTION;
            predicted(lines, predict::PRELOAD_ORDER)
        },
    },
    Exercise {
        file: "predict-snapshot-order.rs",
        task: "callbacks around a snapshot: in which order, in which process?",
        source: include_str!("../predict-snapshot-order.rs"),
        reader: || {
            let lines = reader::predict_snapshot_order::PREDICTION;
            predicted(lines, predict::SNAPSHOT_ORDER)
        },
        solution: || {
            let lines = solution::predict_snapshot_order::PREDICTION;
            predicted(lines, predict::SNAPSHOT_ORDER)
        },
    },
    Exercise {
        file: "modify-keep-no-secret.rs",
        task: "a token is in the snapshot: keep it out, and use your own",
        source: include_str!("../modify-keep-no-secret.rs"),
        reader: || modify::keep_no_secret(reader::modify_keep_no_secret::ENTRY),
        solution: || modify::keep_no_secret(solution::modify_keep_no_secret::ENTRY),
    },
    Exercise {
        file: "modify-open-again.rs",
        task: "a directory is open: give it up for the snapshot, then take it again",
        source: include_str!("../modify-open-again.rs"),
        reader: || modify::open_again(reader::modify_open_again::ENTRY),
        solution: || modify::open_again(solution::modify_open_again::ENTRY),
    },
    Exercise {
        file: "modify-start-warm.rs",
        task: "a start computes what never changes: compute it once",
        source: include_str!("../modify-start-warm.rs"),
        reader: || modify::start_warm(reader::modify_start_warm::ENTRY),
        solution: || modify::start_warm(solution::modify_start_warm::ENTRY),
    },
    Exercise {
        file: "rebuild-builtin-loader.rs",
        task: "the loader of built-in modules, with circles and the load list",
        source: include_str!("../rebuild-builtin-loader.rs"),
        reader: rebuild::builtin_loader::<reader::rebuild_builtin_loader::Loader>,
        solution: rebuild::builtin_loader::<solution::rebuild_builtin_loader::Loader>,
    },
    Exercise {
        file: "rebuild-mover.rs",
        task: "the walk that writes a heap: each thing once, circles too",
        source: include_str!("../rebuild-mover.rs"),
        reader: rebuild::mover::<reader::rebuild_mover::Walk>,
        solution: rebuild::mover::<solution::rebuild_mover::Walk>,
    },
];
