//! What the pinned Node printed for the programs to predict.

pub const MICROTASK_THROWS: &str = include_str!("../../oracle/microtask-throws.out");
pub const TIMER_REFRESH: &str = include_str!("../../oracle/timer-refresh.out");
pub const HANDLER_QUEUES: &str = include_str!("../../oracle/handler-queues.out");
pub const FINALLY_HOPS: &str = include_str!("../../oracle/finally-hops.out");
