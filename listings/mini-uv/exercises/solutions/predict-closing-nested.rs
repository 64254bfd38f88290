//! Last closed, first called back. What a close callback closes is for the next turn,
//! and before that turn's closing phase comes its check phase.

pub const PREDICTION: &[&str] = &["A closed", "B closed", "immediate", "C closed"];
