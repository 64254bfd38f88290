//! The time of day, as a `Date` field has it.

use std::cell::RefCell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Calls `with` with the value of a `Date` field (RFC 9110 §5.6.7). The text is made
/// once a second and thread, as Node's `utcDate` (lib/internal/http.js) does.
pub(crate) fn now<T>(with: impl FnOnce(&str) -> T) -> T {
    thread_local! {
        static WRITTEN: RefCell<(u64, String)> = const { RefCell::new((0, String::new())) };
    }
    // A clock before 1970 reads 1970.
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.unwrap_or_default().as_secs();
    WRITTEN.with_borrow_mut(|(second, text)| {
        if *second != seconds || text.is_empty() {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            (*second, *text) = (seconds, httpdate::fmt_http_date(time));
        }
        with(text)
    })
}
