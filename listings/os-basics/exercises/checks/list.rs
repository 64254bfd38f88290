//! All exercises, the easy ones first.

use super::harness::{Exercise, predicted};
use super::{modify, predict, reader, rebuild, solution};

pub const EXERCISES: &[Exercise] = &[
    Exercise {
        file: "predict-exit-status.rs",
        task: "a shell ends in six ways: what does spawnSync tell?",
        source: include_str!("../predict-exit-status.rs"),
        reader: || {
            predicted(
                reader::predict_exit_status::PREDICTION,
                predict::EXIT_STATUS,
            )
        },
        solution: || {
            predicted(
                solution::predict_exit_status::PREDICTION,
                predict::EXIT_STATUS,
            )
        },
    },
    Exercise {
        file: "predict-spawn-errors.rs",
        task: "which errors does spawn throw, which does it emit?",
        source: include_str!("../predict-spawn-errors.rs"),
        reader: || {
            predicted(
                reader::predict_spawn_errors::PREDICTION,
                predict::SPAWN_ERRORS,
            )
        },
        solution: || {
            predicted(
                solution::predict_spawn_errors::PREDICTION,
                predict::SPAWN_ERRORS,
            )
        },
    },
    Exercise {
        file: "predict-too-many-files.rs",
        task: "no descriptor is left: who is told, and when?",
        source: include_str!("../predict-too-many-files.rs"),
        reader: || {
            predicted(
                reader::predict_too_many_files::PREDICTION,
                predict::TOO_MANY_FILES,
            )
        },
        solution: || {
            predicted(
                solution::predict_too_many_files::PREDICTION,
                predict::TOO_MANY_FILES,
            )
        },
    },
    Exercise {
        file: "modify-read-all.rs",
        task: "a read that believes the first answer: let it read to the end",
        source: include_str!("../modify-read-all.rs"),
        reader: || modify::check_read_all(reader::modify_read_all::read_all),
        solution: || modify::check_read_all(solution::modify_read_all::read_all),
    },
    Exercise {
        file: "modify-reserve-descriptor.rs",
        task: "a server without descriptors spins: let it refuse instead",
        source: include_str!("../modify-reserve-descriptor.rs"),
        reader: || modify::check_reserve(reader::modify_reserve_descriptor::serve),
        solution: || modify::check_reserve(solution::modify_reserve_descriptor::serve),
    },
    Exercise {
        file: "rebuild-descriptor-table.rs",
        task: "the table of descriptors: which number is next?",
        source: include_str!("../rebuild-descriptor-table.rs"),
        reader: rebuild::descriptor_table::<reader::rebuild_descriptor_table::Table>,
        solution: rebuild::descriptor_table::<solution::rebuild_descriptor_table::Table>,
    },
    Exercise {
        file: "rebuild-copy-on-write.rs",
        task: "memory that comes when touched and is shared until written",
        source: include_str!("../rebuild-copy-on-write.rs"),
        reader: rebuild::copy_on_write::<reader::rebuild_copy_on_write::Memory>,
        solution: rebuild::copy_on_write::<solution::rebuild_copy_on_write::Memory>,
    },
];
