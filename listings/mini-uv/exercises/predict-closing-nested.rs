//! oracle/closing-nested.cjs: B is destroyed, then A; A's close callback destroys C.

// UNSOLVED: put the lines into the order in which Node prints them.
pub const PREDICTION: &[&str] = &["B closed", "A closed", "C closed", "immediate"];
