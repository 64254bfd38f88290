//! What the pinned Node printed for the programs to predict.

pub const SPAWN_ERRORS: &str = include_str!("../../oracle/spawn-errors.out");
pub const TOO_MANY_FILES: &str = include_str!("../../oracle/too-many-files.out");
pub const EXIT_STATUS: &str = include_str!("../../oracle/exit-status.out");
