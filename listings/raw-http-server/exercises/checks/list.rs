//! All exercises, the easy ones first.

use super::harness::{Exercise, predicted};
use super::tasks;

#[path = "../modify-ranges.rs"]
mod modify_ranges;
#[path = "../solutions/modify-ranges.rs"]
pub mod modify_ranges_solved;
#[path = "../modify-slow-head.rs"]
mod modify_slow_head;
#[path = "../solutions/modify-slow-head.rs"]
mod modify_slow_head_solved;
#[path = "../predict-reuse-port.rs"]
mod predict_reuse_port;
#[path = "../solutions/predict-reuse-port.rs"]
mod predict_reuse_port_solved;
#[path = "../predict-stop.rs"]
mod predict_stop;
#[path = "../solutions/predict-stop.rs"]
mod predict_stop_solved;
#[path = "../rebuild-multipart.rs"]
mod rebuild_multipart;
#[path = "../solutions/rebuild-multipart.rs"]
pub mod rebuild_multipart_solved;
#[path = "../rebuild-rate-limit.rs"]
mod rebuild_rate_limit;
#[path = "../solutions/rebuild-rate-limit.rs"]
mod rebuild_rate_limit_solved;

const REUSE_PORT: &str = include_str!("../../oracle/reuse-port.out");
const STOP: &str = include_str!("../../oracle/stop.out");

/// What a watch of the exercise is to the check.
macro_rules! watch {
    ($watch:ty) => {
        || {
            tasks::slow_head(|first, bytes| {
                let mut watch = <$watch>::new(first);
                for byte in bytes {
                    if *byte >= watch.deadline() {
                        break;
                    }
                    watch.more(*byte);
                }
                watch.deadline()
            })
        }
    };
}

pub const EXERCISES: &[Exercise] = &[
    Exercise {
        file: "predict-reuse-port.rs",
        task: "two listen on one port: which of the four ways is refused?",
        source: include_str!("../predict-reuse-port.rs"),
        reader: || predicted(predict_reuse_port::PREDICTION, REUSE_PORT),
        solution: || predicted(predict_reuse_port_solved::PREDICTION, REUSE_PORT),
    },
    Exercise {
        file: "predict-stop.rs",
        task: "a server is closed: who is hung up on, who still gets an answer?",
        source: include_str!("../predict-stop.rs"),
        reader: || predicted(predict_stop::PREDICTION, STOP),
        solution: || predicted(predict_stop_solved::PREDICTION, STOP),
    },
    Exercise {
        file: "modify-slow-head.rs",
        task: "a byte now and then keeps a connection for ever: end it in time",
        source: include_str!("../modify-slow-head.rs"),
        reader: watch!(modify_slow_head::Watch),
        solution: watch!(modify_slow_head_solved::Watch),
    },
    Exercise {
        file: "modify-ranges.rs",
        task: "a parser knows one form of a range: teach it the others",
        source: include_str!("../modify-ranges.rs"),
        reader: || tasks::ranges(modify_ranges::range),
        solution: || tasks::ranges(modify_ranges_solved::range),
    },
    Exercise {
        file: "rebuild-multipart.rs",
        task: "several ranges in one answer, but never more than the file",
        source: include_str!("../rebuild-multipart.rs"),
        reader: || tasks::multipart(rebuild_multipart::multipart),
        solution: || tasks::multipart(rebuild_multipart_solved::multipart),
    },
    Exercise {
        file: "rebuild-rate-limit.rs",
        task: "so many requests a second and address, in bounded memory",
        source: include_str!("../rebuild-rate-limit.rs"),
        reader: tasks::rate_limit::<rebuild_rate_limit::Buckets>,
        solution: tasks::rate_limit::<rebuild_rate_limit_solved::Buckets>,
    },
];
