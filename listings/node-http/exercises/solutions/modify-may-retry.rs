//! A request may be sent again if asking twice is as asking once, or if the other side
//! cannot have begun to do anything. The second nobody knows for sure: not even for a
//! connection that was idle before. So the method has to allow it as well.
//!
//! An answer that has begun says that the request was seen: whoever has read a part of
//! it cannot take that back. What is not in memory any more cannot be sent again.

use crate::checks::Failed;

pub fn may_retry(failed: &Failed) -> bool {
    let is_idempotent = matches!(
        failed.method,
        "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE"
    );
    let was_not_seen = failed.is_reused && failed.bytes_received == 0;
    is_idempotent && was_not_seen && failed.has_all_content
}
