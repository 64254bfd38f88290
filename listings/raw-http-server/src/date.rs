//! The time of day, as fields and log lines have it.

use std::cell::RefCell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Calls `with` with the value of a `Date` field (RFC 9110 §5.6.7), which is written
/// once a second and thread.
pub fn now<T>(with: impl FnOnce(&str) -> T) -> T {
    thread_local! {
        static WRITTEN: RefCell<(u64, String)> = const { RefCell::new((0, String::new())) };
    }
    let seconds = since_1970().as_secs();
    WRITTEN.with_borrow_mut(|(second, text)| {
        if *second != seconds || text.is_empty() {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            (*second, *text) = (seconds, httpdate::fmt_http_date(time));
        }
        with(text)
    })
}

/// A clock before 1970 reads 1970.
pub fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
