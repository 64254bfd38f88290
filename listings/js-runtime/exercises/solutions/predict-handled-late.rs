//! Predict what Node prints for oracle/handled-late.cjs.
//!
//! A tick is in time: rejections are looked at when both queues are empty. Who comes in
//! a later phase is too late, and the program hears of that promise twice.

pub const PREDICTION: &[&str] = &[
    "caught tick",
    "unhandled immediate true",
    "unhandled timer true",
    "caught immediate",
    "handled immediate",
    "caught timer",
    "handled timer",
];
