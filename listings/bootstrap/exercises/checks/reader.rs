//! The exercises as the reader finds them.

#[path = "../modify-keep-no-secret.rs"]
pub mod modify_keep_no_secret;
#[path = "../modify-open-again.rs"]
pub mod modify_open_again;
#[path = "../modify-start-warm.rs"]
pub mod modify_start_warm;
#[path = "../predict-preload-order.rs"]
pub mod predict_preload_order;
#[path = "../predict-snapshot-order.rs"]
pub mod predict_snapshot_order;
#[path = "../rebuild-builtin-loader.rs"]
pub mod rebuild_builtin_loader;
#[path = "../rebuild-mover.rs"]
pub mod rebuild_mover;
