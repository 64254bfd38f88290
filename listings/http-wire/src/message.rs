//! What the heads of messages say.

use crate::chars;
use crate::fields::Fields;
use crate::target::Target;
use bytes::Bytes;
use std::fmt;

/// The method of a request. It is written in capitals, and `get` is another one than
/// `GET` (RFC 9110 §9.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "they say what they are")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Delete,
    Connect,
    Options,
    Trace,
    Patch,
    /// Any other token. A server answers 501 to what it does not know.
    Other(Token),
}

/// A token that is none of the methods above.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token(Bytes);

impl Method {
    /// The method of this name; none if it is no token.
    pub fn new(name: &[u8]) -> Option<Method> {
        let is_token = chars::is_token(name);
        is_token.then(|| Method::of(Bytes::copy_from_slice(name)))
    }

    /// The method of a name that is a token.
    pub(crate) fn of(name: Bytes) -> Method {
        match &name[..] {
            b"GET" => Method::Get,
            b"HEAD" => Method::Head,
            b"POST" => Method::Post,
            b"PUT" => Method::Put,
            b"DELETE" => Method::Delete,
            b"CONNECT" => Method::Connect,
            b"OPTIONS" => Method::Options,
            b"TRACE" => Method::Trace,
            b"PATCH" => Method::Patch,
            _ => Method::Other(Token(name)),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
            Method::Connect => "CONNECT",
            Method::Options => "OPTIONS",
            Method::Trace => "TRACE",
            Method::Patch => "PATCH",
            // A token is ASCII.
            Method::Other(Token(name)) => str::from_utf8(name).unwrap_or_default(),
        }
    }

    /// Whether asking twice has the effect of asking once (RFC 9110 §9.2.2): a client
    /// may ask again when a connection is lost.
    pub fn is_idempotent(&self) -> bool {
        let changing = matches!(self, Method::Put | Method::Delete);
        changing || self.is_safe()
    }

    /// Whether the client asks for no change (RFC 9110 §9.2.1).
    pub fn is_safe(&self) -> bool {
        use Method::{Get, Head, Options, Trace};
        matches!(self, Get | Head | Options | Trace)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The version in a start line (RFC 9110 §2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The digit before the dot.
    pub major: u8,
    /// The digit behind it.
    pub minor: u8,
}

impl Version {
    /// HTTP/1.0.
    pub const HTTP_10: Version = Version { major: 1, minor: 0 };
    /// HTTP/1.1.
    pub const HTTP_11: Version = Version { major: 1, minor: 1 };
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP/{}.{}", self.major, self.minor)
    }
}

/// How the end of a message's content is found (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is no content.
    Empty,
    /// As many bytes as `Content-Length` says.
    Length(u64),
    /// Chunks, up to the one of size 0.
    Chunked,
    /// Everything until the connection ends; responses only.
    UntilClose,
}

/// The head of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET`.
    pub method: Method,
    /// `/path?query`, or one of the three other forms.
    pub target: Target,
    /// What the client speaks.
    pub version: Version,
    /// The fields.
    pub fields: Fields,
    /// How the content ends.
    pub framing: Framing,
}

/// The head of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// From 100 to 999; what is above 599 is to be treated as 5xx (RFC 9110 §15).
    pub status: u16,
    /// The words behind the code, which mean nothing (RFC 9112 §4).
    pub reason: Bytes,
    /// What the server speaks.
    pub version: Version,
    /// The fields.
    pub fields: Fields,
    /// How the content ends; it depends on the request's method, too.
    pub framing: Framing,
}

// ANCHOR: keep-alive
/// Whether the connection may carry another message behind this one (RFC 9112 §9.3).
fn keep_alive(version: Version, fields: &Fields, framing: Framing) -> bool {
    let is_1_1 = version >= Version::HTTP_11;
    // What a parser tolerates here, another one may have read in another way: nothing
    // may follow (RFC 9112 §6.1).
    let is_doubtful = !is_1_1 || fields.contains("content-length");
    if framing == Framing::Chunked && is_doubtful || fields.lists("connection", "close")
    {
        return false;
    }
    is_1_1 || fields.lists("connection", "keep-alive")
}
// ANCHOR_END: keep-alive

/// The protocols that a message offers or takes up: `Upgrade`, if `Connection` says
/// that it is meant for this connection (RFC 9110 §7.8). HTTP/1.0 cannot.
fn upgrade(version: Version, fields: &Fields) -> Option<&[u8]> {
    let protocols = fields.get("upgrade").filter(|value| !value.is_empty())?;
    let is_meant = version >= Version::HTTP_11 && fields.lists("connection", "upgrade");
    is_meant.then_some(protocols)
}

impl Request {
    /// Whether the client lets the connection go on behind this request.
    pub fn keep_alive(&self) -> bool {
        keep_alive(self.version, &self.fields, self.framing)
    }

    /// Whether the client waits for `100 Continue` before it sends the content
    /// (RFC 9110 §10.1.1). HTTP/1.0 cannot.
    pub fn expects_continue(&self) -> bool {
        let expected = self.fields.lists("expect", "100-continue");
        expected && self.version >= Version::HTTP_11 && self.framing != Framing::Empty
    }

    /// The protocols the client would rather speak, as `Upgrade` lists them. Whoever
    /// answers 101 calls [`RequestParser::switch_protocols`].
    ///
    /// [`RequestParser::switch_protocols`]: crate::RequestParser::switch_protocols
    pub fn upgrade(&self) -> Option<&[u8]> {
        upgrade(self.version, &self.fields)
    }
}

impl Response {
    /// Whether the connection may carry another response.
    pub fn keep_alive(&self) -> bool {
        self.framing != Framing::UntilClose
            && keep_alive(self.version, &self.fields, self.framing)
    }

    /// Whether another response to the same request follows: 1xx other than 101
    /// (RFC 9110 §15.2).
    pub fn is_interim(&self) -> bool {
        (100..200).contains(&self.status) && self.status != 101
    }

    /// The protocols that the server offers, or that it switches to with 101.
    pub fn upgrade(&self) -> Option<&[u8]> {
        upgrade(self.version, &self.fields)
    }
}
