//! `Range: bytes=…` of a file with so many bytes (RFC 9110 §14.1).

/// What is to be sent: `Ok(None)` for all of it, because there is no valid range of
/// bytes, or because there are several, which we ignore; `Ok(Some((first, last)))` for
/// a part, both counted from 0; `Err(())` for a part that there is not.
#[allow(clippy::result_unit_err, reason = "there is one reason")]
pub fn range(value: &str, length: u64) -> Result<Option<(u64, u64)>, ()> {
    // UNSOLVED: `bytes=2-5` works; what are `-3`, `2-`, and what lies behind the end?
    let spec = value.strip_prefix("bytes=").unwrap_or_default();
    let Some((first, last)) = spec.split_once('-') else {
        return Ok(None);
    };
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if last < length => Ok(Some((first, last))),
        _ => Ok(None),
    }
}
