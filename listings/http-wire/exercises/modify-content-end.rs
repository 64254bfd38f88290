//! Where does the content of a request end? This attempt is what a front in the chapter
//! does: it believes the first `Content-Length` and nothing else. Say `Ends::AtOnce`,
//! `Ends::After(bytes)` or `Ends::WithLastChunk`, or `Ends::Refused` where two programs
//! could say two things: both fields, one of them twice, a number that is none, a coding
//! that is not `chunked` and nothing else. RFC 9112 §6.3 would let some of these pass,
//! such as `gzip, chunked` and the same length twice; http-wire does not.

use crate::checks::Ends;

// UNSOLVED: look at both fields, at all of their lines, then delete this line
pub fn ends(fields: &[(&str, &str)]) -> Ends {
    let is_length = |name: &str| name.eq_ignore_ascii_case("content-length");
    match fields.iter().find(|(name, _)| is_length(name)) {
        None => Ends::AtOnce,
        Some((_, length)) => Ends::After(length.parse().unwrap_or(0)),
    }
}
