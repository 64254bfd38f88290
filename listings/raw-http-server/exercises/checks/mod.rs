//! The exercises, and what each of them must do. How they are checked: harness.rs.

pub mod harness;
pub mod list;
pub mod tasks;

pub use list::EXERCISES;
pub use tasks::{Part, RateLimit};
