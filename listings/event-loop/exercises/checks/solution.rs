//! The exercises as they can be solved.

#[path = "../solutions/modify-fair-recursion.rs"]
pub mod modify_fair_recursion;
#[path = "../solutions/modify-save-at-end.rs"]
pub mod modify_save_at_end;
#[path = "../solutions/modify-steady-interval.rs"]
pub mod modify_steady_interval;
#[path = "../solutions/predict-finally-hops.rs"]
pub mod predict_finally_hops;
#[path = "../solutions/predict-handler-queues.rs"]
pub mod predict_handler_queues;
#[path = "../solutions/predict-microtask-throws.rs"]
pub mod predict_microtask_throws;
#[path = "../solutions/predict-timer-refresh.rs"]
pub mod predict_timer_refresh;
#[path = "../solutions/rebuild-promise.rs"]
pub mod rebuild_promise;
#[path = "../solutions/rebuild-tick-queues.rs"]
pub mod rebuild_tick_queues;
#[path = "../solutions/rebuild-timer-lists.rs"]
pub mod rebuild_timer_lists;
