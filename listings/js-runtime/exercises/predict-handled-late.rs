//! Predict what Node prints for oracle/handled-late.cjs.
//!
//! These are its lines, in the order in which the program has them. Not all of them
//! have to be printed once: delete what is not printed.

// UNSOLVED: put the lines into the order you expect, then delete this one
pub const PREDICTION: &[&str] = &[
    "unhandled tick true",
    "unhandled immediate true",
    "unhandled timer true",
    "handled tick",
    "handled immediate",
    "handled timer",
    "caught tick",
    "caught immediate",
    "caught timer",
];
