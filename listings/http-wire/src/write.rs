//! The way out: messages into bytes. What is refused here cannot be smuggled there.
//!
//! Each function appends to `out`; where it fails, `out` is as it was.

use crate::chars;
use crate::config::Lenient;
use crate::error::{Error, ErrorKind};
use crate::fields::{FieldError, Fields};
use crate::framing::{self, Asked};
use crate::message::{Framing, Method, Request, Response, Version};
use crate::target;
use bytes::{BufMut, BytesMut};
use std::fmt;

/// Why a message cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// The target is none for this method.
    Target,
    /// Not HTTP/1 with one digit behind the dot.
    Version,
    /// The status has not three digits, or is below 100.
    Status,
    /// The reason holds a control character.
    Reason,
    /// HTTP/1.1 without one `Host` that is a host.
    Host,
    /// A field that would split the message.
    Field(FieldError),
    /// A recipient would find another end of the content than
    /// [`Request::framing`] or [`Response::framing`] says, or none.
    Framing,
    /// A trailer field that frames or routes: `Content-Length`, `Transfer-Encoding`,
    /// `Host`, `Trailer` (RFC 9110 §6.5.1).
    Trailer,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::Target => f.write_str("a target that is none"),
            WriteError::Version => f.write_str("a version other than HTTP/1"),
            WriteError::Status => f.write_str("a status below 100 or above 999"),
            WriteError::Reason => f.write_str("a reason with a control character"),
            WriteError::Host => f.write_str("not one Host that is a host"),
            WriteError::Field(error) => error.fmt(f),
            WriteError::Framing => f.write_str("fields that frame another content"),
            WriteError::Trailer => f.write_str("a trailer that belongs into a head"),
        }
    }
}

impl std::error::Error for WriteError {}

impl From<FieldError> for WriteError {
    fn from(error: FieldError) -> WriteError {
        WriteError::Field(error)
    }
}

/// The head of a request, with the empty line behind it.
///
/// # Errors
/// A head that could be read as another one: see [`WriteError`].
pub fn request(out: &mut BytesMut, head: &Request) -> Result<(), WriteError> {
    let lenient = Lenient::default();
    let (method, version) = (&head.method, head.version);
    let framing = framing::of_request(method, version, &head.fields, &lenient);
    check_framing(framing, head.framing)?;
    let start = out.len();
    let written = request_line(out, &head.method, head.target.as_bytes(), head.version);
    rest_of_head(out, start, written, &head.fields)
}

fn check_framing(
    read: Result<Framing, Error>,
    meant: Framing,
) -> Result<(), WriteError> {
    use ErrorKind::{Host, MissingHost, RepeatedHost};
    match read {
        Ok(framing) if framing == meant => Ok(()),
        Err(error) if matches!(error.kind(), Host | MissingHost | RepeatedHost) => {
            Err(WriteError::Host)
        }
        _ => Err(WriteError::Framing),
    }
}

/// The head of a response to a request with `method`, with the empty line behind it.
///
/// # Errors
/// A head that could be read as another one: see [`WriteError`].
pub fn response(
    out: &mut BytesMut,
    head: &Response,
    method: &Method,
) -> Result<(), WriteError> {
    let asked = match method {
        Method::Head => Asked::Head,
        Method::Connect => Asked::Connect,
        _ => Asked::Other,
    };
    let (status, version) = (head.status, head.version);
    let lenient = Lenient::default();
    let framing = framing::of_response(asked, status, version, &head.fields, &lenient);
    check_framing(framing, head.framing)?;
    if !framing::is_beyond_doubt(asked, status, version, &head.fields) {
        return Err(WriteError::Framing);
    }
    let start = out.len();
    let written = status_line(out, version, status, &head.reason);
    rest_of_head(out, start, written, &head.fields)
}

fn rest_of_head(
    out: &mut BytesMut,
    start: usize,
    written: Result<(), WriteError>,
    fields: &Fields,
) -> Result<(), WriteError> {
    let written = written.and_then(|()| all_fields(out, fields));
    match written {
        Ok(()) => end_of_head(out),
        Err(_) => out.truncate(start),
    }
    written
}

fn all_fields(out: &mut BytesMut, fields: &Fields) -> Result<(), WriteError> {
    for (name, value) in fields.iter() {
        field(out, name, value)?;
    }
    Ok(())
}

/// `GET /path HTTP/1.1`.
///
/// # Errors
/// [`WriteError::Target`], [`WriteError::Version`].
pub fn request_line(
    out: &mut BytesMut,
    method: &Method,
    target: &[u8],
    version: Version,
) -> Result<(), WriteError> {
    let method = method.as_str().as_bytes();
    target::form(method, target, &Lenient::default())
        .map_err(|_| WriteError::Target)?;
    check_version(version)?;
    put_all(out, &[method, b" ", target, b" "]);
    put_version(out, version);
    out.put_slice(b"\r\n");
    Ok(())
}

/// `HTTP/1.1 200 OK`.
///
/// # Errors
/// [`WriteError::Status`], [`WriteError::Reason`], [`WriteError::Version`].
pub fn status_line(
    out: &mut BytesMut,
    version: Version,
    status: u16,
    reason: &[u8],
) -> Result<(), WriteError> {
    if !(100..1000).contains(&status) {
        return Err(WriteError::Status);
    }
    if chars::control(reason).is_some() {
        return Err(WriteError::Reason);
    }
    check_version(version)?;
    put_version(out, version);
    out.put_slice(b" ");
    put_decimal(out, u64::from(status));
    put_all(out, &[b" ", reason, b"\r\n"]);
    Ok(())
}

// ANCHOR: write-field
/// `Name: value`.
///
/// # Errors
/// A name that is no token, a value that would begin another line.
pub fn field(out: &mut BytesMut, name: &[u8], value: &[u8]) -> Result<(), FieldError> {
    if !chars::is_token(name) {
        return Err(FieldError::Name);
    }
    if chars::control(value).is_some() {
        return Err(FieldError::Value);
    }
    put_all(out, &[name, b": ", value, b"\r\n"]);
    Ok(())
}
// ANCHOR_END: write-field

/// `Content-Length: 5`.
pub fn content_length(out: &mut BytesMut, length: u64) {
    out.put_slice(b"Content-Length: ");
    put_decimal(out, length);
    out.put_slice(b"\r\n");
}

/// The empty line behind a head.
pub fn end_of_head(out: &mut BytesMut) {
    out.put_slice(b"\r\n");
}

/// A chunk. Empty data is none: a chunk of size 0 would be the last.
pub fn chunk(out: &mut BytesMut, data: &[u8]) {
    if !data.is_empty() {
        chunk_line(out, data.len() as u64);
        put_all(out, &[data, b"\r\n"]);
    }
}

/// The line before the data of a chunk, for who sends the data itself from another
/// buffer; behind the data follows CRLF. A length of 0 writes nothing.
pub fn chunk_line(out: &mut BytesMut, length: u64) {
    if length > 0 {
        let digits = (64 - length.leading_zeros()).div_ceil(4);
        for digit in (0..digits).rev() {
            let value = (length >> (digit * 4)) & 0xf;
            out.put_u8(b"0123456789abcdef"[value as usize]);
        }
        out.put_slice(b"\r\n");
    }
}

/// The last chunk, the trailers and the empty line that ends the message.
///
/// # Errors
/// A trailer that would split the message, or one of the four that a recipient which
/// merges trailers into the head would frame or route by (RFC 9110 §6.5.1).
pub fn last_chunk(out: &mut BytesMut, trailers: &Fields) -> Result<(), WriteError> {
    const IN_HEAD: [&[u8]; 4] =
        [b"content-length", b"transfer-encoding", b"host", b"trailer"];
    let belongs = |n: &[u8]| IN_HEAD.iter().any(|name| name.eq_ignore_ascii_case(n));
    if trailers.iter().any(|(name, _)| belongs(name)) {
        return Err(WriteError::Trailer);
    }
    let start = out.len();
    out.put_slice(b"0\r\n");
    rest_of_head(out, start, Ok(()), trailers)
}

fn check_version(version: Version) -> Result<(), WriteError> {
    let is_http_1 = version.major == 1 && version.minor < 10;
    is_http_1.then_some(()).ok_or(WriteError::Version)
}

/// A version that was checked: both are digits.
fn put_version(out: &mut BytesMut, version: Version) {
    let digit = |number: u8| [b'0' + number];
    let (major, minor) = (digit(version.major), digit(version.minor));
    put_all(out, &[b"HTTP/", &major, b".", &minor]);
}

fn put_decimal(out: &mut BytesMut, number: u64) {
    let mut digits = [0; 20];
    let (mut at, mut rest) = (digits.len(), number);
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.put_slice(&digits[at..]);
}

fn put_all(out: &mut BytesMut, parts: &[&[u8]]) {
    out.reserve(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        out.put_slice(part);
    }
}
