//! What can go wrong.

use std::fmt;
use std::io;

/// The result of a call into the loop, or of a request.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call or a request failed. Beside each, libuv's code for it.
#[derive(Debug)]
pub enum Error {
    /// The handle is closing or closed, or the request is over. libuv has no code for
    /// it: there it is an assertion, or a read of freed memory.
    Closed,
    /// The request was cancelled, or its handle closed first (`UV_ECANCELED`).
    Canceled,
    /// Too late to cancel, or somebody still needs it (`UV_EBUSY`).
    Busy,
    /// A queue is at its limit. libuv has no such limit.
    Full,
    /// The function that ran on the pool panicked.
    Panicked,
    /// What the system said.
    Io(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Closed => f.write_str("closed already"),
            Error::Canceled => f.write_str("operation canceled"),
            Error::Busy => f.write_str("busy"),
            Error::Full => f.write_str("the queue is full"),
            Error::Panicked => f.write_str("the work panicked"),
            Error::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Error::Io(error)
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Io(error) => error,
            other => io::Error::other(other),
        }
    }
}
