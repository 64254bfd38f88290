//! All exercises, the easy ones first.

use super::harness::{Exercise, predicted};
use super::predict::{ACCEPT_ONE, CLOSING_NESTED};
use super::tasks;

#[path = "../modify-mailbox.rs"]
mod modify_mailbox;
#[path = "../solutions/modify-mailbox.rs"]
mod modify_mailbox_solved;
#[path = "../modify-polite-jobs.rs"]
mod modify_polite_jobs;
#[path = "../solutions/modify-polite-jobs.rs"]
mod modify_polite_jobs_solved;
#[path = "../predict-accept-one.rs"]
mod predict_accept_one;
#[path = "../solutions/predict-accept-one.rs"]
mod predict_accept_one_solved;
#[path = "../predict-closing-nested.rs"]
mod predict_closing_nested;
#[path = "../solutions/predict-closing-nested.rs"]
mod predict_closing_nested_solved;
#[path = "../rebuild-slow-lane.rs"]
mod rebuild_slow_lane;
#[path = "../solutions/rebuild-slow-lane.rs"]
mod rebuild_slow_lane_solved;

pub const EXERCISES: &[Exercise] = &[
    Exercise {
        file: "predict-accept-one.rs",
        task: "three connections wait: how many are accepted in one turn?",
        source: include_str!("../predict-accept-one.rs"),
        reader: || predicted(predict_accept_one::PREDICTION, ACCEPT_ONE),
        solution: || predicted(predict_accept_one_solved::PREDICTION, ACCEPT_ONE),
    },
    Exercise {
        file: "predict-closing-nested.rs",
        task: "a close callback closes another handle: when is that one closed?",
        source: include_str!("../predict-closing-nested.rs"),
        reader: || predicted(predict_closing_nested::PREDICTION, CLOSING_NESTED),
        solution: || {
            predicted(predict_closing_nested_solved::PREDICTION, CLOSING_NESTED)
        },
    },
    Exercise {
        file: "modify-mailbox.rs",
        task: "a mailbox loses letters, because wakeups coalesce: lose none",
        source: include_str!("../modify-mailbox.rs"),
        reader: || {
            tasks::mailbox(|uv, read| {
                let post = modify_mailbox::mailbox(uv, read);
                Box::new(move |n| post.send(n))
            })
        },
        solution: || {
            tasks::mailbox(|uv, read| {
                let post = modify_mailbox_solved::mailbox(uv, read);
                Box::new(move |n| post.send(n))
            })
        },
    },
    Exercise {
        file: "modify-polite-jobs.rs",
        task: "jobs that compute fill the pool: leave a thread for files",
        source: include_str!("../modify-polite-jobs.rs"),
        reader: || tasks::polite(modify_polite_jobs::run_all),
        solution: || tasks::polite(modify_polite_jobs_solved::run_all),
    },
    Exercise {
        file: "rebuild-slow-lane.rs",
        task: "the queue of the pool, with a lane that holds half of the threads",
        source: include_str!("../rebuild-slow-lane.rs"),
        reader: tasks::lanes::<rebuild_slow_lane::Queue>,
        solution: tasks::lanes::<rebuild_slow_lane_solved::Queue>,
    },
];
