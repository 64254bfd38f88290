//! The exercises as they can be solved.

#[path = "../solutions/predict-empty-stack.rs"]
pub mod predict_empty_stack;
#[path = "../solutions/predict-esm-cycle.rs"]
pub mod predict_esm_cycle;
#[path = "../solutions/predict-handled-late.rs"]
pub mod predict_handled_late;
#[path = "../solutions/rebuild-runtime.rs"]
pub mod rebuild_runtime;
