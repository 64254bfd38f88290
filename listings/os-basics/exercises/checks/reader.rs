//! The exercises as the reader has them.

#[path = "../modify-read-all.rs"]
pub mod modify_read_all;
#[path = "../modify-reserve-descriptor.rs"]
pub mod modify_reserve_descriptor;
#[path = "../predict-exit-status.rs"]
pub mod predict_exit_status;
#[path = "../predict-spawn-errors.rs"]
pub mod predict_spawn_errors;
#[path = "../predict-too-many-files.rs"]
pub mod predict_too_many_files;
#[path = "../rebuild-copy-on-write.rs"]
pub mod rebuild_copy_on_write;
#[path = "../rebuild-descriptor-table.rs"]
pub mod rebuild_descriptor_table;
