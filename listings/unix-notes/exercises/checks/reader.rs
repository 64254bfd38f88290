//! The exercises as the reader finds them.

#[path = "../modify-redirect-order.rs"]
pub mod modify_redirect_order;
#[path = "../modify-short-writes.rs"]
pub mod modify_short_writes;
#[path = "../predict-unix-socket.rs"]
pub mod predict_unix_socket;
#[path = "../predict-zombie.rs"]
pub mod predict_zombie;
#[path = "../rebuild-permissions.rs"]
pub mod rebuild_permissions;
#[path = "../rebuild-quotes.rs"]
pub mod rebuild_quotes;
