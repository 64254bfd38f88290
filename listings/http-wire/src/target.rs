//! What a request is for: the four forms of RFC 9112 §3.2.

use crate::chars::{self, HOST, PATH, RAW};
use crate::config::Lenient;
use bytes::Bytes;
use std::net::Ipv6Addr;

/// The target of a request, as it was sent: nothing is decoded or normalized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `/path?query`: what a client sends to the server that owns the path.
    Origin(Bytes),
    /// `http://host/path?query`: what a client sends to a proxy. A server takes it,
    /// too, and does not look at `Host` then.
    Absolute(Bytes),
    /// `host:port`, for `CONNECT` only.
    Authority(Bytes),
    /// `*`, for `OPTIONS` only.
    Asterisk,
}

/// Which of the four it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Origin,
    Absolute,
    Authority,
    Asterisk,
}

impl Target {
    pub(crate) fn new(form: Form, text: Bytes) -> Target {
        match form {
            Form::Origin => Target::Origin(text),
            Form::Absolute => Target::Absolute(text),
            Form::Authority => Target::Authority(text),
            Form::Asterisk => Target::Asterisk,
        }
    }

    /// The whole target.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Target::Origin(text) | Target::Absolute(text) => text,
            Target::Authority(text) => text,
            Target::Asterisk => b"*",
        }
    }

    /// The whole target. It is ASCII.
    pub fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The path without the query: `/` where an absolute form has none, `*` for the
    /// asterisk, nothing for an authority. Percent-encoding is left as it is.
    pub fn path(&self) -> &[u8] {
        let text = match self {
            Target::Origin(text) => text,
            Target::Absolute(text) => &text[absolute_path(text)..],
            Target::Authority(_) => return b"",
            Target::Asterisk => return b"*",
        };
        let end = text.iter().position(|b| matches!(b, b'?' | b'#'));
        match &text[..end.unwrap_or(text.len())] {
            b"" => b"/",
            path => path,
        }
    }

    /// What stands behind the first `?`.
    pub fn query(&self) -> Option<&[u8]> {
        let text = match self {
            Target::Origin(text) | Target::Absolute(text) => text,
            _ => return None,
        };
        let text = text.split(|byte| *byte == b'#').next()?;
        let start = text.iter().position(|byte| *byte == b'?')?;
        Some(&text[start + 1..])
    }

    /// The host, and the port if there is one, where the target itself names them: they
    /// count then, and not `Host` (RFC 9112 §3.2.2).
    pub fn authority(&self) -> Option<&[u8]> {
        match self {
            Target::Authority(text) => Some(text),
            Target::Absolute(text) => {
                let start = text.iter().position(|byte| *byte == b'/')? + 2;
                text.get(start..absolute_path(text))
            }
            _ => None,
        }
    }
}

/// Where the path of an absolute form begins, or the query if there is no path.
fn absolute_path(text: &[u8]) -> usize {
    let Some(slash) = text.iter().position(|byte| *byte == b'/') else {
        return text.len();
    };
    let start = (slash + 2).min(text.len());
    let ends = |byte: &u8| matches!(byte, b'/' | b'?' | b'#');
    let length = text[start..].iter().position(ends);
    length.map_or(text.len(), |length| start + length)
}

// ANCHOR: target-form
/// The form of `target`, which depends on the method; else where it goes wrong.
pub(crate) fn form(
    method: &[u8],
    target: &[u8],
    lenient: &Lenient,
) -> Result<Form, usize> {
    match target {
        _ if method == b"CONNECT" => match has_port(target) {
            true => Ok(Form::Authority),
            false => Err(0),
        },
        b"*" if method == b"OPTIONS" => Ok(Form::Asterisk),
        [b'/', ..] => path(target, lenient).map(|()| Form::Origin),
        _ => absolute(target, lenient).map(|()| Form::Absolute),
    }
}
// ANCHOR_END: target-form

/// `absolute-path [ "?" query ]`.
fn path(text: &[u8], lenient: &Lenient) -> Result<(), usize> {
    let class = if lenient.raw_target { RAW } else { PATH };
    let end = chars::count(class, text);
    if end < text.len() {
        return Err(end);
    }
    if lenient.raw_target {
        return Ok(());
    }
    half_percent(text).map_or(Ok(()), Err)
}

/// Where a `%` stands without two digits behind it (RFC 3986 §2.1).
fn half_percent(text: &[u8]) -> Option<usize> {
    let is_hex = |at: usize| text.get(at).is_some_and(u8::is_ascii_hexdigit);
    let mut percents = memchr::memchr_iter(b'%', text);
    percents.find(|at| !is_hex(at + 1) || !is_hex(at + 2))
}

/// `scheme "://" host [ ":" port ] [ path ] [ "?" query ]`. RFC 3986 knows schemes
/// without `//`, HTTP none; and no user may stand before the host (RFC 9110 §4.2.4).
fn absolute(text: &[u8], lenient: &Lenient) -> Result<(), usize> {
    let in_scheme =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    let scheme = text.iter().take_while(|byte| in_scheme(byte)).count();
    let is_scheme = text.first().is_some_and(u8::is_ascii_alphabetic);
    if !is_scheme || !text[scheme..].starts_with(b"://") {
        return Err(if is_scheme { scheme } else { 0 });
    }
    let (host, rest) = (scheme + 3, absolute_path(text));
    if host == rest || !is_host(&text[host..rest]) {
        return Err(host);
    }
    path(&text[rest..], lenient).map_err(|at| rest + at)
}

/// `uri-host [ ":" port ]`, as in `Host` (RFC 9110 §7.2). It may be empty.
pub(crate) fn is_host(text: &[u8]) -> bool {
    let (host, port) = split_port(text);
    let is_name = match host {
        [b'[', address @ .., b']'] => is_address(address),
        name => chars::count(HOST, name) == name.len() && half_percent(name).is_none(),
    };
    is_name && port.is_none_or(|port| port.iter().all(u8::is_ascii_digit))
}

/// `IPv6address / IPvFuture` (RFC 3986 §3.2.2).
fn is_address(text: &[u8]) -> bool {
    if let [b'v' | b'V', future @ ..] = text {
        let version = future.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        let Some((b'.', address)) = future[version..].split_first() else {
            return false;
        };
        let known = |b: &u8| (chars::is(HOST, *b) || *b == b':') && *b != b'%';
        return version > 0 && !address.is_empty() && address.iter().all(known);
    }
    str::from_utf8(text).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
}

/// `uri-host ":" port` with a port that there can be (RFC 9110 §9.3.6).
fn has_port(text: &[u8]) -> bool {
    let (host, port) = split_port(text);
    let number = |digits: &[u8]| str::from_utf8(digits).ok()?.parse::<u16>().ok();
    let is_port = |port: &[u8]| {
        port.iter().all(u8::is_ascii_digit) && number(port).is_some_and(|n| n > 0)
    };
    !host.is_empty() && is_host(text) && port.is_some_and(is_port)
}

/// At the last colon behind a closing bracket, or at the only one.
fn split_port(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let behind = text.iter().rposition(|byte| *byte == b']').unwrap_or(0);
    match text[behind..].iter().position(|byte| *byte == b':') {
        Some(colon) => (&text[..behind + colon], Some(&text[behind + colon + 1..])),
        None => (text, None),
    }
}
