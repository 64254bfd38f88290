//! Where does the content of a request end?
//!
//! `parse` of a `u64` takes a sign, which is no digit; so the digits are looked at
//! first.

use crate::checks::Ends;

pub fn ends(fields: &[(&str, &str)]) -> Ends {
    let all = |wanted: &str| -> Vec<&str> {
        let own = fields
            .iter()
            .filter(|(n, _)| n.eq_ignore_ascii_case(wanted));
        own.map(|(_, value)| *value).collect()
    };
    match (&all("content-length")[..], &all("transfer-encoding")[..]) {
        ([], []) => Ends::AtOnce,
        ([], [coding]) if coding.eq_ignore_ascii_case("chunked") => Ends::WithLastChunk,
        ([length], []) if length.bytes().all(|byte| byte.is_ascii_digit()) => {
            length.parse().map_or(Ends::Refused, Ends::After)
        }
        _ => Ends::Refused,
    }
}
