//! The exercises as they can be solved.

#[path = "../solutions/modify-content-end.rs"]
pub mod modify_content_end;
#[path = "../solutions/modify-slow-peer.rs"]
pub mod modify_slow_peer;
#[path = "../solutions/predict-one-byte-less.rs"]
pub mod predict_one_byte_less;
#[path = "../solutions/predict-who-is-accepted.rs"]
pub mod predict_who_is_accepted;
#[path = "../solutions/rebuild-chunked.rs"]
pub mod rebuild_chunked;
