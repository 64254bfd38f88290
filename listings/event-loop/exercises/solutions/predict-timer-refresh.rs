//! Predict what Node prints for oracle/timer-refresh.cjs.
//!
//! Both timers are in the list of 20 ms. refresh() takes its timer out and appends it:
//! it is behind the other one now. In its own callback it is no longer in the list, and
//! refresh() puts it back.

pub const PREDICTION: &[&str] =
    &["another of 20 ms", "fired 1", "fired 2", "fired 3", "exit"];
