//! Where the content of a message ends: RFC 9112 §6.3, rule by rule.

use crate::chars;
use crate::config::Lenient;
use crate::error::{Error, ErrorKind};
use crate::fields::Fields;
use crate::message::{Framing, Method, Version};
use crate::target;

/// What a response answers, as far as its content depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Head,
    Connect,
    Other,
}

// ANCHOR: of-request
/// The framing of a request. Offsets count from the front of the head.
pub fn of_request(
    method: &Method,
    version: Version,
    fields: &Fields,
    lenient: &Lenient,
) -> Result<Framing, Error> {
    let seen = Seen::of(fields);
    seen.check_host(version, fields, lenient)?;
    let framing = seen.framing(version, fields, lenient)?;
    let wrong = |kind, number| Err(Error::new(kind, fields.place(number)));
    if framing == Some(Framing::UntilClose) {
        // All of it, or cut off? Nobody could tell (rule 4).
        return wrong(ErrorKind::TransferEncoding, seen.codings.1);
    }
    let has_content = !matches!(framing, None | Some(Framing::Length(0)));
    if *method == Method::Connect && has_content {
        // Is it content, or for the tunnel (RFC 9110 §9.3.6)?
        let number = seen.lengths.1.max(seen.codings.1);
        return wrong(ErrorKind::ConnectContent, number);
    }
    // Without both fields a request has no content (rule 7).
    Ok(framing.unwrap_or(Framing::Empty))
}
// ANCHOR_END: of-request

// ANCHOR: of-response
/// The framing of a response. Offsets count from the front of the head.
pub fn of_response(
    asked: Asked,
    status: u16,
    version: Version,
    fields: &Fields,
    lenient: &Lenient,
) -> Result<Framing, Error> {
    let no_content = matches!(status, 100..=199 | 204 | 304) || asked == Asked::Head;
    let tunnel = asked == Asked::Connect && matches!(status, 200..=299);
    if no_content || tunnel {
        // Whatever the fields say: they tell of another response (rules 1 and 2).
        return Ok(Framing::Empty);
    }
    let seen = Seen::of(fields);
    let framing = seen.framing(version, fields, lenient)?;
    if framing == Some(Framing::UntilClose) && !lenient.other_codings {
        let at = fields.place(seen.codings.1);
        return Err(Error::new(ErrorKind::UnsupportedCoding, at));
    }
    // Neither field: everything until the connection ends (rule 8).
    Ok(framing.unwrap_or(Framing::UntilClose))
}
// ANCHOR_END: of-response

/// Whether a response says the same to a recipient that does not know what was asked.
/// Where content cannot be, no field may announce it (RFC 9112 §6.1, RFC 9110 §8.6);
/// the fields of a response to `HEAD` and of a 304 may, if they make sense.
pub fn is_beyond_doubt(
    asked: Asked,
    status: u16,
    version: Version,
    fields: &Fields,
) -> bool {
    let tunnel = asked == Asked::Connect && matches!(status, 200..=299);
    let announced = Seen::of(fields).framing(version, fields, &Lenient::default());
    match announced {
        Ok(None) => true,
        Ok(Some(_)) => !tunnel && !matches!(status, 100..=199 | 204),
        Err(_) => false,
    }
}

/// The fields that frame a message, by number: how many there are, and the first.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    lengths: (usize, usize),
    codings: (usize, usize),
    hosts: (usize, usize),
}

impl Seen {
    /// Looks at each field once. Few names have these lengths.
    fn of(fields: &Fields) -> Seen {
        let mut seen = Seen::default();
        for (number, (name, _)) in fields.iter().enumerate() {
            let place = match name.len() {
                4 if name.eq_ignore_ascii_case(b"host") => &mut seen.hosts,
                14 if name.eq_ignore_ascii_case(b"content-length") => &mut seen.lengths,
                17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                    &mut seen.codings
                }
                _ => continue,
            };
            if place.0 == 0 {
                place.1 = number;
            }
            place.0 += 1;
        }
        seen
    }

    /// RFC 9112 §3.2: one `Host` in HTTP/1.1, and one that can be a host.
    fn check_host(
        &self,
        version: Version,
        fields: &Fields,
        lenient: &Lenient,
    ) -> Result<(), Error> {
        let (count, first) = self.hosts;
        let wrong = |kind| Err(Error::new(kind, fields.place(first)));
        if count == 0 {
            let is_missing = version >= Version::HTTP_11 && !lenient.missing_host;
            return if is_missing {
                wrong(ErrorKind::MissingHost)
            } else {
                Ok(())
            };
        }
        let host = fields.iter().nth(first).map(|(_, value)| value);
        match host {
            _ if lenient.odd_host => Ok(()),
            _ if count > 1 => wrong(ErrorKind::RepeatedHost),
            Some(host) if !target::is_host(host) => wrong(ErrorKind::Host),
            _ => Ok(()),
        }
    }

    // ANCHOR: framing
    /// Rules 3 to 6; none of them may apply.
    fn framing(
        &self,
        version: Version,
        fields: &Fields,
        lenient: &Lenient,
    ) -> Result<Option<Framing>, Error> {
        let ((lengths, length), (count, coding)) = (self.lengths, self.codings);
        if count > 0 {
            let wrong = |kind| Error::new(kind, fields.place(coding));
            if version < Version::HTTP_11 && !lenient.transfer_encoding_in_1_0 {
                return Err(wrong(ErrorKind::TransferEncoding));
            }
            if lengths > 0 && !lenient.length_and_transfer_encoding {
                let error = wrong(ErrorKind::LengthAndTransferEncoding);
                let is_first = coding < length;
                return Err(match is_first {
                    true => error.reported("HPE_INVALID_CONTENT_LENGTH"),
                    false => error,
                });
            }
            return codings(fields, lenient).map(Some).map_err(wrong);
        }
        if lengths == 0 {
            return Ok(None);
        }
        let length = content_length(fields, lenient);
        let at = fields.place(self.lengths.1);
        Ok(Some(Framing::Length(
            length.map_err(|kind| Error::new(kind, at))?,
        )))
    }
    // ANCHOR_END: framing
}

// ANCHOR: codings
/// `Transfer-Encoding`: `chunked` at the end and nowhere else, or the content goes on
/// until the connection ends (RFC 9112 §6.3). A quoted parameter could hide a comma
/// from one parser and not from another. Empty members of a list are to be skipped
/// (RFC 9110 §5.6.1.2); in this list they are refused.
fn codings(fields: &Fields, lenient: &Lenient) -> Result<Framing, ErrorKind> {
    let (mut is_chunked, mut has_others) = (false, false);
    for value in fields.get_all("transfer-encoding") {
        for coding in value.split(|byte| *byte == b',') {
            let coding = chars::trim(coding).1;
            if is_chunked || coding.is_empty() || coding.contains(&b'"') {
                return Err(ErrorKind::TransferEncoding);
            }
            is_chunked = coding.eq_ignore_ascii_case(b"chunked");
            has_others |= !is_chunked;
        }
    }
    match is_chunked {
        true if has_others && !lenient.other_codings => {
            Err(ErrorKind::UnsupportedCoding)
        }
        true => Ok(Framing::Chunked),
        false => Ok(Framing::UntilClose),
    }
}
// ANCHOR_END: codings

// ANCHOR: content-length
/// One `Content-Length`, of digits only: no sign, no space, no list.
fn content_length(fields: &Fields, lenient: &Lenient) -> Result<u64, ErrorKind> {
    let mut found = None;
    for value in fields.get_all("content-length") {
        if found.is_some() && !lenient.equal_lengths {
            return Err(ErrorKind::RepeatedContentLength);
        }
        let is_list = |byte: &u8| lenient.equal_lengths && *byte == b',';
        for member in value.split(is_list) {
            let length =
                decimal(chars::trim(member).1).ok_or(ErrorKind::ContentLength)?;
            if found.is_some_and(|other| other != length) {
                return Err(ErrorKind::RepeatedContentLength);
            }
            found = Some(length);
        }
    }
    found.ok_or(ErrorKind::ContentLength)
}

fn decimal(digits: &[u8]) -> Option<u64> {
    let add = |sum: u64, byte: &u8| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    };
    (!digits.is_empty()).then(|| digits.iter().try_fold(0, add))?
}
// ANCHOR_END: content-length
