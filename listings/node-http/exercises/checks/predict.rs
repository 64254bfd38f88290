//! What the pinned Node printed for the programs to predict.

pub const TURNS: &str = include_str!("../../oracle/client-turns.out");
pub const BACK_PRESSURE: &str = include_str!("../../oracle/server-back-pressure.out");
