//! What can go wrong, with the codes that Node has for it.

use http_wire::FieldError;
use std::fmt;
use std::io;

/// What went wrong. [`Error::code`] is Node's `error.code`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The head is on its way: nothing about it can be changed any more.
    HeadersSent,
    /// A status below 100 or above 999, or 101 where an interim one is wanted.
    InvalidStatusCode(u16),
    /// A field's name that is empty or no token.
    InvalidToken,
    /// A field's value, or a reason, with a character that could end the line.
    InvalidChar,
    /// Something was written behind the end.
    WriteAfterEnd,
    /// The connection is gone.
    Destroyed,
    /// A `Trailer` field in a message that is not chunked.
    TrailerInvalid,
    /// Content where the message has none, and the server does not ignore that.
    BodyNotAllowed,
    /// As many bytes as were written, as many as `Content-Length` says.
    ContentLengthMismatch(u64, u64),
    /// The request did not come in time.
    RequestTimeout,
    /// A method that Node does not know.
    InvalidMethod,
    /// A version that llhttp does not know.
    InvalidVersion,
    /// A head of `maxHeaderSize` bytes or more.
    HeaderOverflow,
    /// Bytes behind a request that said `Connection: close`.
    ClosedConnection,
    /// The other side went away in the middle of a message.
    Aborted,
    /// The other side went away before it answered anything.
    HangUp,
    /// The other side was silent for as long as [`RequestOptions::timeout`] says.
    ///
    /// [`RequestOptions::timeout`]: crate::RequestOptions::timeout
    Timeout,
    /// Fields of a request that say in two ways where its content ends, or in none.
    Framing,
    /// A path with a space, a control character, or beyond ASCII.
    UnescapedCharacters,
    /// More content than [`collect`] was to take, or more than 64 interim responses; not
    /// in Node.
    ///
    /// [`collect`]: crate::IncomingMessage::collect
    TooLarge,
    /// Content that was thrown away, for nobody had asked for any when the answer was
    /// sent (`_dump` of lib/_http_incoming.js). In Node, it looks as if there was none.
    Dumped,
    /// The other side does not speak HTTP, or is beyond a limit.
    Parse(http_wire::Error),
    /// The socket failed.
    Io(io::ErrorKind),
}

impl Error {
    /// Node's name for it.
    pub fn code(&self) -> &'static str {
        match self {
            Error::HeadersSent => "ERR_HTTP_HEADERS_SENT",
            Error::InvalidStatusCode(_) => "ERR_HTTP_INVALID_STATUS_CODE",
            Error::InvalidToken => "ERR_INVALID_HTTP_TOKEN",
            Error::InvalidChar => "ERR_INVALID_CHAR",
            Error::WriteAfterEnd => "ERR_STREAM_WRITE_AFTER_END",
            Error::Destroyed => "ERR_STREAM_DESTROYED",
            Error::TrailerInvalid => "ERR_HTTP_TRAILER_INVALID",
            Error::BodyNotAllowed => "ERR_HTTP_BODY_NOT_ALLOWED",
            Error::ContentLengthMismatch(..) => "ERR_HTTP_CONTENT_LENGTH_MISMATCH",
            Error::RequestTimeout => "ERR_HTTP_REQUEST_TIMEOUT",
            Error::InvalidMethod => "HPE_INVALID_METHOD",
            Error::InvalidVersion => "HPE_INVALID_VERSION",
            Error::HeaderOverflow => "HPE_HEADER_OVERFLOW",
            Error::ClosedConnection => "HPE_CLOSED_CONNECTION",
            Error::Aborted | Error::HangUp => "ECONNRESET",
            Error::Timeout => "ETIMEDOUT",
            Error::Framing => "ERR_HTTP_INVALID_HEADER_VALUE",
            Error::UnescapedCharacters => "ERR_UNESCAPED_CHARACTERS",
            Error::TooLarge => "ERR_BODY_TOO_LARGE",
            Error::Dumped => "ERR_BODY_DUMPED",
            Error::Parse(error) => error.code().unwrap_or("HPE_USER"),
            Error::Io(kind) => io_code(*kind),
        }
    }
}

fn io_code(kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind as Kind;
    match kind {
        Kind::ConnectionRefused => "ECONNREFUSED",
        Kind::ConnectionReset => "ECONNRESET",
        Kind::ConnectionAborted => "ECONNABORTED",
        Kind::BrokenPipe => "EPIPE",
        Kind::TimedOut => "ETIMEDOUT",
        Kind::AddrInUse => "EADDRINUSE",
        Kind::AddrNotAvailable => "EADDRNOTAVAIL",
        _ => "EIO",
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::Io(error.kind())
    }
}

impl From<http_wire::Error> for Error {
    fn from(error: http_wire::Error) -> Error {
        Error::Parse(error)
    }
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Error {
        match error {
            FieldError::Name => Error::InvalidToken,
            FieldError::Value | FieldError::TooLarge => Error::InvalidChar,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::HeadersSent => f.write_str("the head is sent"),
            Error::InvalidStatusCode(status) => write!(f, "no status: {status}"),
            Error::InvalidToken => f.write_str("a field's name is no token"),
            Error::InvalidChar => f.write_str("a field's value would end its line"),
            Error::WriteAfterEnd => f.write_str("write after end"),
            Error::Destroyed => f.write_str("the connection is gone"),
            Error::TrailerInvalid => f.write_str("trailers need chunks"),
            Error::BodyNotAllowed => f.write_str("this message has no content"),
            Error::ContentLengthMismatch(written, said) => {
                write!(f, "{written} bytes where Content-Length says {said}")
            }
            Error::RequestTimeout => f.write_str("the request did not come in time"),
            Error::InvalidMethod => f.write_str("a method that Node does not know"),
            Error::InvalidVersion => f.write_str("a version that Node does not know"),
            Error::HeaderOverflow => f.write_str("too large a head"),
            Error::ClosedConnection => f.write_str("bytes behind Connection: close"),
            Error::Aborted => f.write_str("aborted"),
            Error::HangUp => f.write_str("socket hang up"),
            Error::Timeout => f.write_str("the other side is silent"),
            Error::Framing => f.write_str("content without one end"),
            Error::UnescapedCharacters => f.write_str("a path that is not escaped"),
            Error::TooLarge => f.write_str("more than is wanted"),
            Error::Dumped => f.write_str("the content was thrown away"),
            Error::Parse(error) => error.fmt(f),
            Error::Io(kind) => kind.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
