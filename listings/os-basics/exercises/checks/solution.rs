//! The exercises as they can be solved.

#[path = "../solutions/modify-read-all.rs"]
pub mod modify_read_all;
#[path = "../solutions/modify-reserve-descriptor.rs"]
pub mod modify_reserve_descriptor;
#[path = "../solutions/predict-exit-status.rs"]
pub mod predict_exit_status;
#[path = "../solutions/predict-spawn-errors.rs"]
pub mod predict_spawn_errors;
#[path = "../solutions/predict-too-many-files.rs"]
pub mod predict_too_many_files;
#[path = "../solutions/rebuild-copy-on-write.rs"]
pub mod rebuild_copy_on_write;
#[path = "../solutions/rebuild-descriptor-table.rs"]
pub mod rebuild_descriptor_table;
