//! The exercises as the reader finds them.

#[path = "../modify-echo.rs"]
pub mod modify_echo;
#[path = "../modify-may-retry.rs"]
pub mod modify_may_retry;
#[path = "../predict-back-pressure.rs"]
pub mod predict_back_pressure;
#[path = "../predict-turns.rs"]
pub mod predict_turns;
#[path = "../rebuild-agent.rs"]
pub mod rebuild_agent;
#[path = "../rebuild-pipeline.rs"]
pub mod rebuild_pipeline;
