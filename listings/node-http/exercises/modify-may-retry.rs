//! A client asks again whenever a connection breaks. Some orders came in twice.
//!
//! Let it ask again only where twice is as once, where the other side has most likely
//! not seen the request, and where there is something to send: see `Failed` in
//! exercises/checks/api.rs.

use crate::checks::Failed;

// UNSOLVED: say when a request may be sent again, then delete this line
pub fn may_retry(_failed: &Failed) -> bool {
    true
}
