//! The content of a request, as a handler reads it.

use bytes::{Bytes, BytesMut};
use http_wire::Framing;
use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll};

/// Where content comes from: a connection, whatever its stream is.
pub(crate) trait Source: Send {
    /// The next piece; none behind the last.
    fn poll_content(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, BodyError>>;
}

/// Why there is no more content. Whatever a handler answers then, the connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// It is no HTTP, or beyond a limit.
    Malformed(http_wire::Error),
    /// More than the handler wants.
    TooLarge,
    /// The peer is too slow.
    Timeout,
    /// The peer is gone, or does not read.
    Gone,
}

impl BodyError {
    /// The status to answer with.
    pub fn status(&self) -> u16 {
        match self {
            BodyError::Malformed(error) => error.status(),
            BodyError::TooLarge => 413,
            BodyError::Timeout => 408,
            // Nobody will see it.
            BodyError::Gone => 400,
        }
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BodyError::Malformed(error) => error.fmt(f),
            BodyError::TooLarge => f.write_str("too much content"),
            BodyError::Timeout => f.write_str("the content did not come in time"),
            BodyError::Gone => f.write_str("the peer is gone"),
        }
    }
}

impl std::error::Error for BodyError {}

// ANCHOR: body
/// The content of a request. Nothing is read from the connection before a handler asks:
/// a body that nobody reads fills the buffers of the kernel, and then the peer waits.
pub struct Body<'a> {
    source: &'a mut dyn Source,
    framing: Framing,
}

impl<'a> Body<'a> {
    pub(crate) fn new(source: &'a mut dyn Source, framing: Framing) -> Body<'a> {
        Body { source, framing }
    }

    /// How many bytes there will be, if the head said so.
    pub fn length(&self) -> Option<u64> {
        match self.framing {
            Framing::Empty => Some(0),
            Framing::Length(length) => Some(length),
            _ => None,
        }
    }

    /// The next piece, in the size in which it came; none behind the last. To a client
    /// that waits for `100 Continue`, the first call sends it.
    ///
    /// # Errors
    /// See [`BodyError`].
    pub async fn next(&mut self) -> Result<Option<Bytes>, BodyError> {
        poll_fn(|cx| self.source.poll_content(cx)).await
    }

    /// All of it, if it is `most` bytes or less.
    ///
    /// # Errors
    /// [`BodyError::TooLarge`], before anything is read if the head says so.
    pub async fn collect(&mut self, most: usize) -> Result<Bytes, BodyError> {
        if self.length().is_some_and(|length| length > most as u64) {
            return Err(BodyError::TooLarge);
        }
        let mut all = BytesMut::new();
        while let Some(piece) = self.next().await? {
            if all.len() + piece.len() > most {
                return Err(BodyError::TooLarge);
            }
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }
}
// ANCHOR_END: body
