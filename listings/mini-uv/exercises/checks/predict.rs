//! What the pinned Node printed for the programs to predict.

pub const CLOSING_NESTED: &str = include_str!("../../oracle/closing-nested.out");
pub const ACCEPT_ONE: &str = include_str!("../../oracle/accept-one.out");
