//! All exercises, the easy ones first.

use super::harness::{Exercise, predicted};
use super::modify::{self, FAIR};
use super::{predict, reader, rebuild, solution};

pub const EXERCISES: &[Exercise] = &[
    Exercise {
        file: "predict-microtask-throws.rs",
        task: "a microtask throws: which of the others still run, and when?",
        source: include_str!("../predict-microtask-throws.rs"),
        reader: || {
            let lines = reader::predict_microtask_throws::PREDICTION;
            predicted(lines, predict::MICROTASK_THROWS)
        },
        solution: || {
            let lines = solution::predict_microtask_throws::PREDICTION;
            predicted(lines, predict::MICROTASK_THROWS)
        },
    },
    Exercise {
        file: "predict-timer-refresh.rs",
        task: "timeout.refresh(): what moves, and what fires again?",
        source: include_str!("../predict-timer-refresh.rs"),
        reader: || {
            let lines = reader::predict_timer_refresh::PREDICTION;
            predicted(lines, predict::TIMER_REFRESH)
        },
        solution: || {
            let lines = solution::predict_timer_refresh::PREDICTION;
            predicted(lines, predict::TIMER_REFRESH)
        },
    },
    Exercise {
        file: "predict-handler-queues.rs",
        task: "when does what an 'uncaughtException' listener queues run?",
        source: include_str!("../predict-handler-queues.rs"),
        reader: || {
            let lines = reader::predict_handler_queues::PREDICTION;
            predicted(lines, predict::HANDLER_QUEUES)
        },
        solution: || {
            let lines = solution::predict_handler_queues::PREDICTION;
            predicted(lines, predict::HANDLER_QUEUES)
        },
    },
    Exercise {
        file: "predict-finally-hops.rs",
        task: "how many microtasks later than then() is finally()?",
        source: include_str!("../predict-finally-hops.rs"),
        reader: || {
            let lines = reader::predict_finally_hops::PREDICTION;
            predicted(lines, predict::FINALLY_HOPS)
        },
        solution: || {
            let lines = solution::predict_finally_hops::PREDICTION;
            predicted(lines, predict::FINALLY_HOPS)
        },
    },
    Exercise {
        file: "modify-fair-recursion.rs",
        task: "a hundred ticks starve a timer: let it fire in time",
        source: include_str!("../modify-fair-recursion.rs"),
        reader: || modify::check(reader::modify_fair_recursion::program, FAIR),
        solution: || modify::check(solution::modify_fair_recursion::program, FAIR),
    },
    Exercise {
        file: "modify-steady-interval.rs",
        task: "an interval that was late once stays late: make up for it",
        source: include_str!("../modify-steady-interval.rs"),
        reader: || modify::steady(reader::modify_steady_interval::program),
        solution: || modify::steady(solution::modify_steady_interval::program),
    },
    Exercise {
        file: "modify-save-at-end.rs",
        task: "an unreferenced timer never saves the state: save it once at the end",
        source: include_str!("../modify-save-at-end.rs"),
        reader: || modify::saved(reader::modify_save_at_end::program),
        solution: || modify::saved(solution::modify_save_at_end::program),
    },
    Exercise {
        file: "rebuild-tick-queues.rs",
        task: "the tick queue and the microtask queue, drained by Node's rule",
        source: include_str!("../rebuild-tick-queues.rs"),
        reader: rebuild::tick_queues::<reader::rebuild_tick_queues::Queues>,
        solution: rebuild::tick_queues::<solution::rebuild_tick_queues::Queues>,
    },
    Exercise {
        file: "rebuild-timer-lists.rs",
        task: "timers that fire in Node's order, which is not that of their due times",
        source: include_str!("../rebuild-timer-lists.rs"),
        reader: rebuild::timer_lists::<reader::rebuild_timer_lists::Timers>,
        solution: rebuild::timer_lists::<solution::rebuild_timer_lists::Timers>,
    },
    Exercise {
        file: "rebuild-promise.rs",
        task: "a promise that takes as many microtasks as V8's",
        source: include_str!("../rebuild-promise.rs"),
        reader: rebuild::promise::<reader::rebuild_promise::Promise>,
        solution: rebuild::promise::<solution::rebuild_promise::Promise>,
    },
];
