//! What is wrong with a message, where, and what to answer.

use std::fmt;

/// What is wrong with a message. After one, a connection is of no use any more: where
/// the next message begins is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    offset: u64,
    code: Option<&'static str>,
}

/// The kinds of [`Error`], by what is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No token and space at the front of a request (RFC 9112 §3.1).
    Method,
    /// No target in one of the four forms (RFC 9112 §3.2).
    Target,
    /// No `HTTP` where it has to stand (RFC 9112 §2.3).
    Protocol,
    /// No `/`, digit, dot, digit behind `HTTP` (RFC 9112 §2.3).
    Version,
    /// A major version other than 1 (RFC 9110 §2.5).
    UnsupportedVersion,
    /// No code of three digits in a status line, or no space behind (RFC 9112 §4).
    Status,
    /// A line that ends in LF alone (RFC 9112 §2.2).
    BareLf,
    /// CR without LF (RFC 9112 §2.2).
    BareCr,
    /// White space before the first field (RFC 9112 §2.2).
    SpaceBeforeFields,
    /// A name that is empty or no token, or a line without a colon (RFC 9112 §5).
    FieldName,
    /// White space before a colon (RFC 9112 §5.1).
    SpaceBeforeColon,
    /// A control character in a value (RFC 9110 §5.5).
    FieldValue,
    /// A value that goes on in the next line (RFC 9112 §5.2).
    ObsFold,
    /// No `Host` in HTTP/1.1 (RFC 9112 §3.2).
    MissingHost,
    /// A second `Host` (RFC 9112 §3.2).
    RepeatedHost,
    /// A `Host` that is no host (RFC 9112 §3.2).
    Host,
    /// A `Content-Length` that is no number, or too large a one (RFC 9112 §6.3).
    ContentLength,
    /// A second `Content-Length` (RFC 9112 §6.3).
    RepeatedContentLength,
    /// `Transfer-Encoding` beside `Content-Length` (RFC 9112 §6.3).
    LengthAndTransferEncoding,
    /// A `Transfer-Encoding` without `chunked` at its end, or that no list is
    /// (RFC 9112 §6.3).
    TransferEncoding,
    /// A transfer coding beside `chunked` (RFC 9112 §6.1).
    UnsupportedCoding,
    /// Content in a `CONNECT`, which has none (RFC 9110 §9.3.6).
    ConnectContent,
    /// A chunk without a size, or with too large a one (RFC 9112 §7.1).
    ChunkSize,
    /// An extension that none is (RFC 9112 §7.1.1).
    ChunkExtension,
    /// No line end behind the data of a chunk (RFC 9112 §7.1).
    ChunkEnd,
    /// Beyond [`Limits::start_line`](crate::Limits::start_line).
    StartLineTooLong,
    /// Beyond [`Limits::head_bytes`](crate::Limits::head_bytes).
    HeadTooLarge,
    /// Beyond [`Limits::field_count`](crate::Limits::field_count).
    TooManyFields,
    /// Beyond [`Limits::chunk_line`](crate::Limits::chunk_line).
    ChunkLineTooLong,
    /// Beyond [`Limits::chunk_extensions`](crate::Limits::chunk_extensions).
    ChunkExtensionsTooLarge,
    /// Beyond [`Limits::trailer_bytes`](crate::Limits::trailer_bytes).
    TrailersTooLarge,
    /// Beyond [`Limits::trailer_count`](crate::Limits::trailer_count).
    TooManyTrailers,
    /// Beyond [`Limits::body`](crate::Limits::body).
    BodyTooLarge,
    /// The stream ended inside a message (RFC 9112 §8).
    Truncated,
    /// A response that no request asked for (RFC 9112 §9.2).
    UnexpectedResponse,
}

impl Error {
    /// An error at the byte `at`, counted from where the caller begins to count.
    pub(crate) fn new(kind: ErrorKind, at: usize) -> Error {
        let (offset, code) = (at as u64, kind.code());
        Error { kind, offset, code }
    }

    /// The same, where llhttp has another name for it in this place.
    pub(crate) fn reported(self, code: &'static str) -> Error {
        let code = Some(code);
        Error { code, ..self }
    }

    /// The same, counted from `base` bytes earlier.
    pub(crate) fn behind(self, base: u64) -> Error {
        let offset = self.offset.saturating_add(base);
        Error { offset, ..self }
    }

    /// What is at fault.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// How many bytes of the connection were right: all before the one at fault.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The status a server answers with before it closes.
    pub fn status(&self) -> u16 {
        use ErrorKind as Kind;
        match self.kind {
            Kind::StartLineTooLong => 414,
            Kind::HeadTooLarge | Kind::TooManyFields => 431,
            Kind::TrailersTooLarge | Kind::TooManyTrailers => 431,
            Kind::ChunkLineTooLong | Kind::ChunkExtensionsTooLarge => 413,
            Kind::BodyTooLarge => 413,
            Kind::UnsupportedCoding => 501,
            Kind::UnsupportedVersion => 505,
            _ => 400,
        }
    }

    /// The name that Node has for the same fault in the same place (`error.code` of a
    /// `'clientError'` event): the one of its parser llhttp, or its own for what is too
    /// large. None where Node has no such rule.
    pub fn code(&self) -> Option<&'static str> {
        self.code
    }
}

impl ErrorKind {
    fn code(self) -> Option<&'static str> {
        use ErrorKind as Kind;
        Some(match self {
            Kind::Method => "HPE_INVALID_METHOD",
            Kind::Target => "HPE_INVALID_URL",
            Kind::Protocol => "HPE_INVALID_CONSTANT",
            Kind::Version | Kind::UnsupportedVersion => "HPE_INVALID_VERSION",
            Kind::Status => "HPE_INVALID_STATUS",
            Kind::BareLf => "HPE_CR_EXPECTED",
            Kind::BareCr => "HPE_LF_EXPECTED",
            Kind::SpaceBeforeFields => "HPE_UNEXPECTED_SPACE",
            Kind::FieldName | Kind::SpaceBeforeColon => "HPE_INVALID_HEADER_TOKEN",
            Kind::FieldValue | Kind::ObsFold => "HPE_INVALID_HEADER_TOKEN",
            Kind::ContentLength => "HPE_INVALID_CONTENT_LENGTH",
            Kind::RepeatedContentLength => "HPE_UNEXPECTED_CONTENT_LENGTH",
            Kind::LengthAndTransferEncoding => "HPE_INVALID_TRANSFER_ENCODING",
            Kind::TransferEncoding => "HPE_INVALID_TRANSFER_ENCODING",
            Kind::ChunkSize => "HPE_INVALID_CHUNK_SIZE",
            Kind::ChunkExtension | Kind::ChunkEnd => "HPE_STRICT",
            Kind::StartLineTooLong | Kind::HeadTooLarge => "HPE_HEADER_OVERFLOW",
            Kind::TooManyFields => "HPE_HEADER_OVERFLOW",
            Kind::TrailersTooLarge | Kind::TooManyTrailers => "HPE_HEADER_OVERFLOW",
            Kind::ChunkExtensionsTooLarge => "HPE_CHUNK_EXTENSIONS_OVERFLOW",
            Kind::ChunkLineTooLong => "HPE_CHUNK_EXTENSIONS_OVERFLOW",
            Kind::Truncated => "HPE_INVALID_EOF_STATE",
            Kind::MissingHost | Kind::RepeatedHost | Kind::Host => return None,
            Kind::UnsupportedCoding | Kind::BodyTooLarge => return None,
            Kind::ConnectContent => return None,
            Kind::UnexpectedResponse => return None,
        })
    }

    fn words(self) -> &'static str {
        use ErrorKind as Kind;
        match self {
            Kind::Method => "no method",
            Kind::Target => "no request target",
            Kind::Protocol => "no `HTTP`",
            Kind::Version => "no version",
            Kind::UnsupportedVersion => "a version other than HTTP/1",
            Kind::Status => "no status code",
            Kind::BareLf => "a line that ends in LF alone",
            Kind::BareCr => "CR without LF",
            Kind::SpaceBeforeFields => "white space before the first field",
            Kind::FieldName => "no field name",
            Kind::SpaceBeforeColon => "white space before a colon",
            Kind::FieldValue => "a control character in a field",
            Kind::ObsFold => "a folded field",
            Kind::MissingHost => "no Host",
            Kind::RepeatedHost => "a second Host",
            Kind::Host => "a Host that is no host",
            Kind::ContentLength => "a Content-Length that is no length",
            Kind::RepeatedContentLength => "a second Content-Length",
            Kind::LengthAndTransferEncoding => {
                "Content-Length beside Transfer-Encoding"
            }
            Kind::TransferEncoding => "a Transfer-Encoding without an end",
            Kind::UnsupportedCoding => "a transfer coding beside chunked",
            Kind::ConnectContent => "content in a CONNECT",
            Kind::ChunkSize => "no chunk size",
            Kind::ChunkExtension => "no chunk extension",
            Kind::ChunkEnd => "no line end behind a chunk",
            Kind::StartLineTooLong => "too long a first line",
            Kind::HeadTooLarge => "too large a head",
            Kind::TooManyFields => "too many fields",
            Kind::ChunkLineTooLong => "too long a chunk line",
            Kind::ChunkExtensionsTooLarge => "too many chunk extensions",
            Kind::TrailersTooLarge => "too large a trailer section",
            Kind::TooManyTrailers => "too many trailer fields",
            Kind::BodyTooLarge => "too much content",
            Kind::Truncated => "the end inside a message",
            Kind::UnexpectedResponse => "a response to no request",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind.words(), self.offset)
    }
}

impl std::error::Error for Error {}
