//! All exercises, the easy ones first.

use super::modify::{self, FAIR, SAVED, STEADY};
use super::{Exercise, Ring, predict, reader, rebuild, solution};

pub const EXERCISES: &[Exercise] = &[
    Exercise {
        name: "predict-microtask-throws",
        ring: Ring::Predict,
        task: "a microtask throws: which of the others still run, and when?",
        source: include_str!("../predict-microtask-throws.rs"),
        reader: || {
            let lines = reader::predict_microtask_throws::PREDICTION;
            predict::check(lines, predict::MICROTASK_THROWS)
        },
        solution: || {
            let lines = solution::predict_microtask_throws::PREDICTION;
            predict::check(lines, predict::MICROTASK_THROWS)
        },
    },
    Exercise {
        name: "predict-timer-refresh",
        ring: Ring::Predict,
        task: "timeout.refresh(): what moves, and what fires again?",
        source: include_str!("../predict-timer-refresh.rs"),
        reader: || {
            let lines = reader::predict_timer_refresh::PREDICTION;
            predict::check(lines, predict::TIMER_REFRESH)
        },
        solution: || {
            let lines = solution::predict_timer_refresh::PREDICTION;
            predict::check(lines, predict::TIMER_REFRESH)
        },
    },
    Exercise {
        name: "predict-handler-queues",
        ring: Ring::Predict,
        task: "when does what an 'uncaughtException' listener queues run?",
        source: include_str!("../predict-handler-queues.rs"),
        reader: || {
            let lines = reader::predict_handler_queues::PREDICTION;
            predict::check(lines, predict::HANDLER_QUEUES)
        },
        solution: || {
            let lines = solution::predict_handler_queues::PREDICTION;
            predict::check(lines, predict::HANDLER_QUEUES)
        },
    },
    Exercise {
        name: "predict-finally-hops",
        ring: Ring::Predict,
        task: "how many microtasks later than then() is finally()?",
        source: include_str!("../predict-finally-hops.rs"),
        reader: || {
            let lines = reader::predict_finally_hops::PREDICTION;
            predict::check(lines, predict::FINALLY_HOPS)
        },
        solution: || {
            let lines = solution::predict_finally_hops::PREDICTION;
            predict::check(lines, predict::FINALLY_HOPS)
        },
    },
    Exercise {
        name: "modify-fair-recursion",
        ring: Ring::Modify,
        task: "a hundred ticks starve a timer: let it fire in time",
        source: include_str!("../modify-fair-recursion.rs"),
        reader: || modify::check(reader::modify_fair_recursion::program, FAIR),
        solution: || modify::check(solution::modify_fair_recursion::program, FAIR),
    },
    Exercise {
        name: "modify-steady-interval",
        ring: Ring::Modify,
        task: "an interval that was late once stays late: make up for it",
        source: include_str!("../modify-steady-interval.rs"),
        reader: || modify::check(reader::modify_steady_interval::program, STEADY),
        solution: || modify::check(solution::modify_steady_interval::program, STEADY),
    },
    Exercise {
        name: "modify-save-at-end",
        ring: Ring::Modify,
        task: "an unreferenced timer never saves the state: save it once at the end",
        source: include_str!("../modify-save-at-end.rs"),
        reader: || modify::check(reader::modify_save_at_end::program, SAVED),
        solution: || modify::check(solution::modify_save_at_end::program, SAVED),
    },
    Exercise {
        name: "rebuild-tick-queues",
        ring: Ring::Rebuild,
        task: "the tick queue and the microtask queue, drained by Node's rule",
        source: include_str!("../rebuild-tick-queues.rs"),
        reader: rebuild::tick_queues::<reader::rebuild_tick_queues::Queues>,
        solution: rebuild::tick_queues::<solution::rebuild_tick_queues::Queues>,
    },
    Exercise {
        name: "rebuild-timer-lists",
        ring: Ring::Rebuild,
        task: "timers that fire in Node's order, which is not that of their due times",
        source: include_str!("../rebuild-timer-lists.rs"),
        reader: rebuild::timer_lists::<reader::rebuild_timer_lists::Timers>,
        solution: rebuild::timer_lists::<solution::rebuild_timer_lists::Timers>,
    },
    Exercise {
        name: "rebuild-promise",
        ring: Ring::Rebuild,
        task: "a promise that takes as many microtasks as V8's",
        source: include_str!("../rebuild-promise.rs"),
        reader: rebuild::promise::<reader::rebuild_promise::Promise>,
        solution: rebuild::promise::<solution::rebuild_promise::Promise>,
    },
];
