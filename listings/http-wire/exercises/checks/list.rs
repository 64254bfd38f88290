//! All exercises, the easy ones first.

use super::harness::{Exercise, predicted};
use super::{modify, predict, reader, rebuild, solution};

pub const EXERCISES: &[Exercise] = &[
    Exercise {
        file: "predict-one-byte-less.rs",
        task: "content that is a byte shorter or longer: which requests are seen?",
        source: include_str!("../predict-one-byte-less.rs"),
        reader: || {
            let lines = reader::predict_one_byte_less::PREDICTION;
            predicted(lines, predict::ONE_BYTE_LESS)
        },
        solution: || {
            let lines = solution::predict_one_byte_less::PREDICTION;
            predicted(lines, predict::ONE_BYTE_LESS)
        },
    },
    Exercise {
        file: "predict-who-is-accepted.rs",
        task: "eight requests at the edge of the grammar: which are served?",
        source: include_str!("../predict-who-is-accepted.rs"),
        reader: || {
            let lines = reader::predict_who_is_accepted::PREDICTION;
            predicted(lines, predict::WHO_IS_ACCEPTED)
        },
        solution: || {
            let lines = solution::predict_who_is_accepted::PREDICTION;
            predicted(lines, predict::WHO_IS_ACCEPTED)
        },
    },
    Exercise {
        file: "modify-content-end.rs",
        task: "where does content end? Refuse what can be read in two ways",
        source: include_str!("../modify-content-end.rs"),
        reader: || modify::content_end(reader::modify_content_end::ends),
        solution: || modify::content_end(solution::modify_content_end::ends),
    },
    Exercise {
        file: "modify-slow-peer.rs",
        task: "find the end of a head without looking at each byte again",
        source: include_str!("../modify-slow-peer.rs"),
        reader: modify::slow_peer::<reader::modify_slow_peer::Finder>,
        solution: modify::slow_peer::<solution::modify_slow_peer::Finder>,
    },
    Exercise {
        file: "rebuild-chunked.rs",
        task: "a decoder of chunks that can be cut anywhere",
        source: include_str!("../rebuild-chunked.rs"),
        reader: rebuild::chunked::<reader::rebuild_chunked::Decoder>,
        solution: rebuild::chunked::<solution::rebuild_chunked::Decoder>,
    },
];
