//! Predict what oracle/preload-order.cjs prints.
//!
//! NODE_OPTIONS is read before the command line, so within each kind its files come
//! first. But the kinds do not mix: all of `-r`, then all of `--import`.

pub const PREDICTION: &[&str] = &["four", "two", "three", "one", "main"];
