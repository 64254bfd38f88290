//! The exercises as they can be solved.

#[path = "../solutions/modify-echo.rs"]
pub mod modify_echo;
#[path = "../solutions/modify-may-retry.rs"]
pub mod modify_may_retry;
#[path = "../solutions/predict-back-pressure.rs"]
pub mod predict_back_pressure;
#[path = "../solutions/predict-turns.rs"]
pub mod predict_turns;
#[path = "../solutions/rebuild-agent.rs"]
pub mod rebuild_agent;
#[path = "../solutions/rebuild-pipeline.rs"]
pub mod rebuild_pipeline;
