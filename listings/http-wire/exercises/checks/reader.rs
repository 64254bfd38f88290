//! The exercises as the reader finds them.

#[path = "../modify-content-end.rs"]
pub mod modify_content_end;
#[path = "../modify-slow-peer.rs"]
pub mod modify_slow_peer;
#[path = "../predict-one-byte-less.rs"]
pub mod predict_one_byte_less;
#[path = "../predict-who-is-accepted.rs"]
pub mod predict_who_is_accepted;
#[path = "../rebuild-chunked.rs"]
pub mod rebuild_chunked;
