//! All exercises, the easy ones first.

use super::harness::{Exercise, predicted};
use super::programs::{prints, prints_in_time, requires, runs};
use super::{predict_empty_stack, predict_esm_cycle, predict_handled_late};
use super::{rebuild_runtime, solution};

const EMPTY_STACK: &str = include_str!("../../oracle/empty-stack.out");
const HANDLED_LATE: &str = include_str!("../../oracle/handled-late.out");
const ESM_CYCLE: &str = include_str!("../../oracle/esm-cycle.out");
const GIVE_WAY: &str = "timer after 5 ms\n1000 steps after 1000 ms\n";
const IN_TIME: &str = "asked in time: no user 1\nasked late: no user 1\n";

pub const EXERCISES: &[Exercise] = &[
    Exercise {
        file: "predict-empty-stack.rs",
        task: "a job is queued deep inside calls: when does it run?",
        source: include_str!("../predict-empty-stack.rs"),
        reader: || predicted(predict_empty_stack::PREDICTION, EMPTY_STACK),
        solution: || predicted(solution::predict_empty_stack::PREDICTION, EMPTY_STACK),
    },
    Exercise {
        file: "predict-handled-late.rs",
        task: "three rejections are handled late: who hears of them?",
        source: include_str!("../predict-handled-late.rs"),
        reader: || predicted(predict_handled_late::PREDICTION, HANDLED_LATE),
        solution: || {
            predicted(solution::predict_handled_late::PREDICTION, HANDLED_LATE)
        },
    },
    Exercise {
        file: "predict-esm-cycle.rs",
        task: "two modules import each other: what is there already?",
        source: include_str!("../predict-esm-cycle.rs"),
        reader: || predicted(predict_esm_cycle::PREDICTION, ESM_CYCLE),
        solution: || predicted(solution::predict_esm_cycle::PREDICTION, ESM_CYCLE),
    },
    Exercise {
        file: "modify-give-way.cjs",
        task: "a thousand steps starve a timer: give way so that it fires in time",
        source: include_str!("../modify-give-way.cjs"),
        reader: || prints("modify-give-way.cjs", GIVE_WAY),
        solution: || prints("solutions/modify-give-way.cjs", GIVE_WAY),
    },
    Exercise {
        file: "modify-in-time.cjs",
        task: "a failed prefetch ends the process: handle it without hiding it",
        source: include_str!("../modify-in-time.cjs"),
        reader: || prints_in_time("modify-in-time.cjs", IN_TIME),
        solution: || prints_in_time("solutions/modify-in-time.cjs", IN_TIME),
    },
    Exercise {
        file: "rebuild-require.cjs",
        task: "require: a cache, circles, and a second try",
        source: include_str!("../rebuild-require.cjs"),
        reader: || requires("rebuild-require.cjs"),
        solution: || requires("solutions/rebuild-require.cjs"),
    },
    Exercise {
        file: "rebuild-runtime.rs",
        task: "print, setTimeout, and who runs what, around a bare engine",
        source: include_str!("../rebuild-runtime.rs"),
        reader: || runs(rebuild_runtime::run),
        solution: || runs(solution::rebuild_runtime::run),
    },
];
