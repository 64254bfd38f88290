//! What the pinned Node printed for the programs to predict.

pub const ONE_BYTE_LESS: &str = include_str!("../../oracle/one-byte-less.out");
pub const WHO_IS_ACCEPTED: &str = include_str!("../../oracle/who-is-accepted.out");
