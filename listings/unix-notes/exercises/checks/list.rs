//! All exercises, the easy ones first.

use super::harness::{Exercise, predicted};
use super::{modify, predict, reader, rebuild, solution};

pub const EXERCISES: &[Exercise] = &[
    Exercise {
        file: "predict-unix-socket.rs",
        task: "a socket with a name: what do connect() and listen() answer, when?",
        source: include_str!("../predict-unix-socket.rs"),
        reader: || {
            let lines = reader::predict_unix_socket::PREDICTION;
            predicted(lines, predict::UNIX_SOCKET)
        },
        solution: || {
            let lines = solution::predict_unix_socket::PREDICTION;
            predicted(lines, predict::UNIX_SOCKET)
        },
    },
    Exercise {
        file: "predict-zombie.rs",
        task: "a child has exited, the loop is busy: what is left of the child?",
        source: include_str!("../predict-zombie.rs"),
        reader: || {
            let lines = reader::predict_zombie::PREDICTION;
            predicted(lines, predict::ZOMBIE)
        },
        solution: || {
            let lines = solution::predict_zombie::PREDICTION;
            predicted(lines, predict::ZOMBIE)
        },
    },
    Exercise {
        file: "modify-redirect-order.rs",
        task: "`2>&1 > log` sends errors to the log: make it what sh does",
        source: include_str!("../modify-redirect-order.rs"),
        reader: || modify::redirects(reader::modify_redirect_order::apply),
        solution: || modify::redirects(solution::modify_redirect_order::apply),
    },
    Exercise {
        file: "modify-short-writes.rs",
        task: "a writer that loses bytes as soon as a pipe is full: let all arrive",
        source: include_str!("../modify-short-writes.rs"),
        reader: || modify::short_writes(reader::modify_short_writes::write_all),
        solution: || modify::short_writes(solution::modify_short_writes::write_all),
    },
    Exercise {
        file: "rebuild-permissions.rs",
        task: "who may do what to a file, as the kernel decides it",
        source: include_str!("../rebuild-permissions.rs"),
        reader: || rebuild::permissions(reader::rebuild_permissions::may),
        solution: || rebuild::permissions(solution::rebuild_permissions::may),
    },
    Exercise {
        file: "rebuild-quotes.rs",
        task: "the words of a line, with ' and \" and \\ as sh has them",
        source: include_str!("../rebuild-quotes.rs"),
        reader: || rebuild::quotes(reader::rebuild_quotes::words),
        solution: || rebuild::quotes(solution::rebuild_quotes::words),
    },
];
