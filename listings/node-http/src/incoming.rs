//! A message that came in, as a program sees it.

use crate::body::Body;
use crate::error::Error;
use crate::sweep::{Order, Tracked};
use bytes::Bytes;
use http_wire::{Fields, Request, Response, Version};
use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;

/// A request that a server got, or a response that a client got: its head, and its
/// content as a stream (`http.IncomingMessage`).
#[derive(Debug)]
pub struct IncomingMessage<H = Request> {
    head: H,
    body: Body,
    peer: Option<SocketAddr>,
    /// The connection it came on, at a server.
    tracked: Option<Arc<Tracked>>,
}

/// What requests and responses have in common.
pub trait Head {
    /// The fields.
    fn fields(&self) -> &Fields;
    /// The version in the first line.
    fn version(&self) -> Version;
}

impl Head for Request {
    fn fields(&self) -> &Fields {
        &self.fields
    }

    fn version(&self) -> Version {
        self.version
    }
}

impl Head for Response {
    fn fields(&self) -> &Fields {
        &self.fields
    }

    fn version(&self) -> Version {
        self.version
    }
}

impl<H> IncomingMessage<H> {
    pub(crate) fn new(head: H, body: Body, peer: Option<SocketAddr>) -> Self {
        IncomingMessage {
            head,
            body,
            peer,
            tracked: None,
        }
    }

    pub(crate) fn of_connection(self, tracked: Arc<Tracked>) -> Self {
        IncomingMessage {
            tracked: Some(tracked),
            ..self
        }
    }

    /// The head, as it was parsed.
    pub fn head(&self) -> &H {
        &self.head
    }

    /// Who sent it; none where that was not a socket.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// The next piece of the content: Node's `'data'`; none behind the last: `'end'`.
    ///
    /// # Errors
    /// [`Error::Aborted`] if the other side went away before the end; [`Error::Dumped`]
    /// if the answer was sent before anybody asked for content.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        self.body.next().await
    }

    /// The content, if it is `most` bytes or less.
    ///
    /// # Errors
    /// [`Error::TooLarge`], or an error of [`next`](Self::next).
    pub async fn collect(&mut self, most: usize) -> Result<Bytes, Error> {
        self.body.collect(most).await
    }

    /// Whether all of the message has come in, read, dumped, or not.
    pub fn complete(&self) -> bool {
        self.body.is_complete()
    }

    /// The fields behind chunked content; none before its end.
    pub fn trailers(&self) -> Fields {
        self.body.trailers()
    }

    /// Ends the connection.
    pub fn destroy(&mut self) {
        match &self.tracked {
            Some(tracked) => tracked.order(Order::Destroy),
            None => self.body.destroy(),
        }
    }
}

impl<H: Head> IncomingMessage<H> {
    /// All fields, in the order in which they came.
    pub fn raw_headers(&self) -> &Fields {
        self.head.fields()
    }

    /// `1.1`.
    pub fn http_version(&self) -> String {
        let Version { major, minor } = self.head.version();
        format!("{major}.{minor}")
    }

    /// A field, its values joined as `message.headers` joins them; see [`joined`].
    /// The values of `Set-Cookie` are not joined: ask [`Fields::get_all`].
    pub fn header(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        joined(self.head.fields(), name)
    }
}

impl IncomingMessage<Request> {
    /// `GET`.
    pub fn method(&self) -> &str {
        self.head.method.as_str()
    }

    /// The target as it was sent.
    pub fn url(&self) -> &str {
        self.head.target.as_str()
    }
}

impl IncomingMessage<Response> {
    /// `200`.
    pub fn status_code(&self) -> u16 {
        self.head.status
    }

    /// The words behind the status.
    pub fn status_message(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.head.reason)
    }
}

// ANCHOR: joined
/// The values of a field as one: the first, for fields that may stand only once; joined
/// with a semicolon for `Cookie`; with a comma for all others (`matchKnownFields` and
/// `_addHeaderLine` of lib/_http_incoming.js).
pub fn joined<'a>(fields: &'a Fields, name: &str) -> Option<Cow<'a, [u8]>> {
    const ONCE: [&str; 18] = [
        "age",
        "authorization",
        "content-length",
        "content-type",
        "etag",
        "expires",
        "from",
        "host",
        "if-modified-since",
        "if-unmodified-since",
        "last-modified",
        "location",
        "max-forwards",
        "proxy-authorization",
        "referer",
        "retry-after",
        "server",
        "user-agent",
    ];
    let mut values = fields.get_all(name);
    let first = values.next()?;
    let is = |other: &str| other.eq_ignore_ascii_case(name);
    if ONCE.iter().any(|once| is(once)) {
        return Some(first.into());
    }
    let comma = if is("cookie") { &b"; "[..] } else { b", " };
    let mut all = Cow::Borrowed(first);
    for value in values {
        let all = all.to_mut();
        all.extend_from_slice(comma);
        all.extend_from_slice(value);
    }
    Some(all)
}
// ANCHOR_END: joined
