//! The exercises as they can be solved.

#[path = "../solutions/modify-redirect-order.rs"]
pub mod modify_redirect_order;
#[path = "../solutions/modify-short-writes.rs"]
pub mod modify_short_writes;
#[path = "../solutions/predict-unix-socket.rs"]
pub mod predict_unix_socket;
#[path = "../solutions/predict-zombie.rs"]
pub mod predict_zombie;
#[path = "../solutions/rebuild-permissions.rs"]
pub mod rebuild_permissions;
#[path = "../solutions/rebuild-quotes.rs"]
pub mod rebuild_quotes;
