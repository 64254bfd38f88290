//! All exercises, the easy ones first.

use super::harness::{Exercise, predicted};
use super::{modify, predict, reader, rebuild, solution};

pub const EXERCISES: &[Exercise] = &[
    Exercise {
        file: "predict-turns.rs",
        task: "three idle connections: which one carries the next request?",
        source: include_str!("../predict-turns.rs"),
        reader: || predicted(reader::predict_turns::PREDICTION, predict::TURNS),
        solution: || predicted(solution::predict_turns::PREDICTION, predict::TURNS),
    },
    Exercise {
        file: "predict-back-pressure.rs",
        task: "six writes of 16 KiB: what do they return, and when comes 'drain'?",
        source: include_str!("../predict-back-pressure.rs"),
        reader: || {
            let lines = reader::predict_back_pressure::PREDICTION;
            predicted(lines, predict::BACK_PRESSURE)
        },
        solution: || {
            let lines = solution::predict_back_pressure::PREDICTION;
            predicted(lines, predict::BACK_PRESSURE)
        },
    },
    Exercise {
        file: "modify-may-retry.rs",
        task: "a client that asks again too often: when may it?",
        source: include_str!("../modify-may-retry.rs"),
        reader: || modify::may_retry(reader::modify_may_retry::may_retry),
        solution: || modify::may_retry(solution::modify_may_retry::may_retry),
    },
    Exercise {
        file: "modify-echo.rs",
        task: "an echo that keeps all it is sent: let it keep 64 KiB",
        source: include_str!("../modify-echo.rs"),
        reader: || modify::echo(reader::modify_echo::echo),
        solution: || modify::echo(solution::modify_echo::echo),
    },
    Exercise {
        file: "rebuild-pipeline.rs",
        task: "answers that come in any order and leave in one",
        source: include_str!("../rebuild-pipeline.rs"),
        reader: rebuild::pipeline::<reader::rebuild_pipeline::Queue>,
        solution: rebuild::pipeline::<solution::rebuild_pipeline::Queue>,
    },
    Exercise {
        file: "rebuild-agent.rs",
        task: "who gets which socket, who waits, and which socket is closed",
        source: include_str!("../rebuild-agent.rs"),
        reader: rebuild::agent::<reader::rebuild_agent::Agent>,
        solution: rebuild::agent::<solution::rebuild_agent::Agent>,
    },
];
