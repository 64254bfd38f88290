//! The exercises as the reader finds them.

#[path = "../modify-fair-recursion.rs"]
pub mod modify_fair_recursion;
#[path = "../modify-save-at-end.rs"]
pub mod modify_save_at_end;
#[path = "../modify-steady-interval.rs"]
pub mod modify_steady_interval;
#[path = "../predict-finally-hops.rs"]
pub mod predict_finally_hops;
#[path = "../predict-handler-queues.rs"]
pub mod predict_handler_queues;
#[path = "../predict-microtask-throws.rs"]
pub mod predict_microtask_throws;
#[path = "../predict-timer-refresh.rs"]
pub mod predict_timer_refresh;
#[path = "../rebuild-promise.rs"]
pub mod rebuild_promise;
#[path = "../rebuild-tick-queues.rs"]
pub mod rebuild_tick_queues;
#[path = "../rebuild-timer-lists.rs"]
pub mod rebuild_timer_lists;
