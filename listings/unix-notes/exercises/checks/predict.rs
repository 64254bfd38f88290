//! What the pinned Node printed for the programs to predict.

pub const UNIX_SOCKET: &str = include_str!("../../oracle/unix-socket.out");
pub const ZOMBIE: &str = include_str!("../../oracle/zombie.out");
