//! The exercises, and what each of them must do. How they are checked: harness.rs.

pub mod harness;
mod list;
#[path = "../predict-empty-stack.rs"]
mod predict_empty_stack;
#[path = "../predict-esm-cycle.rs"]
mod predict_esm_cycle;
#[path = "../predict-handled-late.rs"]
mod predict_handled_late;
pub mod programs;
#[path = "../rebuild-runtime.rs"]
mod rebuild_runtime;
mod solution;
#[path = "../../tests/support/mod.rs"]
#[allow(dead_code)]
mod support;

pub use list::EXERCISES;
