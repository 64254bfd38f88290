//! What the pinned Node printed for the programs to predict.

pub const PRELOAD_ORDER: &str = include_str!("../../oracle/preload-order.out");
pub const SNAPSHOT_ORDER: &str = include_str!("../../oracle/snapshot-order.out");
