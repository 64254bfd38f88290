//! `Range: bytes=…` of a file with so many bytes (RFC 9110 §14.1).

/// What is to be sent: `Ok(None)` for all of it, because there is no valid range of
/// bytes, or because there are several, which we ignore; `Ok(Some((first, last)))` for
/// a part, both counted from 0; `Err(())` for a part that there is not.
#[allow(clippy::result_unit_err, reason = "there is one reason")]
pub fn range(value: &str, length: u64) -> Result<Option<(u64, u64)>, ()> {
    let (unit, spec) = value.split_once('=').unwrap_or_default();
    let is_bytes = unit.eq_ignore_ascii_case("bytes");
    let Some((first, last)) = spec.split_once('-').filter(|_| is_bytes) else {
        return Ok(None);
    };
    let (first, last) = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => (first, last),
        (Some(first), None) if last.is_empty() => (first, u64::MAX),
        (None, Some(0)) if first.is_empty() => return Err(()),
        // All of nothing: there is no way to say that in numbers.
        (None, Some(_)) if first.is_empty() && length == 0 => return Ok(None),
        (None, Some(count)) if first.is_empty() => {
            (length.saturating_sub(count), u64::MAX)
        }
        _ => return Ok(None),
    };
    match first < length {
        true => Ok(Some((first, last.min(length - 1)))),
        false => Err(()),
    }
}

/// Digits only: `parse` takes a sign, too. What is too large is behind every end.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}
