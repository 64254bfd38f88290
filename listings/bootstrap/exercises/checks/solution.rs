//! The exercises as they can be solved.

#[path = "../solutions/modify-keep-no-secret.rs"]
pub mod modify_keep_no_secret;
#[path = "../solutions/modify-open-again.rs"]
pub mod modify_open_again;
#[path = "../solutions/modify-start-warm.rs"]
pub mod modify_start_warm;
#[path = "../solutions/predict-preload-order.rs"]
pub mod predict_preload_order;
#[path = "../solutions/predict-snapshot-order.rs"]
pub mod predict_snapshot_order;
#[path = "../solutions/rebuild-builtin-loader.rs"]
pub mod rebuild_builtin_loader;
#[path = "../solutions/rebuild-mover.rs"]
pub mod rebuild_mover;
