//! On a connection that was idle before, the server has most likely closed without a
//! look at the request. Nobody knows for sure, so asking twice has to be as asking
//! once. Where the connection is new, it is the server that is broken, and asking again
//! only makes it worse.
//!
//! An answer that has begun says that the request was seen, and whoever has read a part
//! of it cannot take that back. What is not in memory any more cannot be sent again.
//! And `get` is another method than `GET`: nobody knows what it does.

use crate::checks::Failed;

pub fn may_retry(failed: &Failed) -> bool {
    let is_idempotent = matches!(
        failed.method,
        "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE"
    );
    let was_not_seen = failed.is_reused && failed.bytes_received == 0;
    is_idempotent && was_not_seen && failed.has_all_content
}
