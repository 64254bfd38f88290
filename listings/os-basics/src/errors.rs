//! What a failed call answers, in Node's words.
//!
//! The kernel answers with a number. Whoever passes it on adds words: libuv a code and a
//! message, Node the system call and the path, Rust an [`std::io::ErrorKind`].

use std::fmt;
use std::io;

/// An error as Node's `fs` and `child_process` report it: `code`, `errno`, `syscall`
/// and `path` of a JavaScript error (`UVException` in `lib/internal/errors.js`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemError {
    /// The number that the kernel answered, above 0. Node shows it negated.
    pub errno: i32,
    /// What was asked: `open`, `read`, `spawn` …
    pub syscall: &'static str,
    /// Of what, if it has a name.
    pub path: Option<String>,
}

impl SystemError {
    /// An error without a path. `error` should come from a system call; the number of
    /// one that does not is 0.
    pub fn new(error: impl Into<io::Error>, syscall: &'static str) -> SystemError {
        SystemError {
            errno: error.into().raw_os_error().unwrap_or(0),
            syscall,
            path: None,
        }
    }

    /// The same error, about `path`.
    pub fn at(self, path: impl Into<String>) -> SystemError {
        SystemError {
            path: Some(path.into()),
            ..self
        }
    }

    /// The name of the number, such as `ENOENT`; `UNKNOWN` if libuv has none.
    pub fn code(&self) -> &'static str {
        lookup(self.errno).map_or("UNKNOWN", |(_, code, _)| code)
    }

    /// libuv's words for the number; they are not those of `strerror`.
    pub fn message(&self) -> &'static str {
        lookup(self.errno).map_or("unknown error", |(_, _, message)| message)
    }
}

// ANCHOR: display
impl fmt::Display for SystemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, {}", self.code(), self.message(), self.syscall)?;
        match &self.path {
            Some(path) => write!(f, " '{path}'"),
            None => Ok(()),
        }
    }
}
// ANCHOR_END: display

impl std::error::Error for SystemError {}

/// The row of a number in [`ERRORS`].
pub fn lookup(errno: i32) -> Option<(i32, &'static str, &'static str)> {
    let found = ERRORS.binary_search_by_key(&errno, |(number, _, _)| *number);
    found.ok().map(|row| ERRORS[row])
}

/// Linux' numbers that libuv 1.52.1 knows: number, code, message. In ascending order.
pub const ERRORS: &[(i32, &str, &str)] = &[
    (1, "EPERM", "operation not permitted"),
    (2, "ENOENT", "no such file or directory"),
    (3, "ESRCH", "no such process"),
    (4, "EINTR", "interrupted system call"),
    (5, "EIO", "i/o error"),
    (6, "ENXIO", "no such device or address"),
    (7, "E2BIG", "argument list too long"),
    (8, "ENOEXEC", "exec format error"),
    (9, "EBADF", "bad file descriptor"),
    (11, "EAGAIN", "resource temporarily unavailable"),
    (12, "ENOMEM", "not enough memory"),
    (13, "EACCES", "permission denied"),
    (14, "EFAULT", "bad address in system call argument"),
    (16, "EBUSY", "resource busy or locked"),
    (17, "EEXIST", "file already exists"),
    (18, "EXDEV", "cross-device link not permitted"),
    (19, "ENODEV", "no such device"),
    (20, "ENOTDIR", "not a directory"),
    (21, "EISDIR", "illegal operation on a directory"),
    (22, "EINVAL", "invalid argument"),
    (23, "ENFILE", "file table overflow"),
    (24, "EMFILE", "too many open files"),
    (25, "ENOTTY", "inappropriate ioctl for device"),
    (26, "ETXTBSY", "text file is busy"),
    (27, "EFBIG", "file too large"),
    (28, "ENOSPC", "no space left on device"),
    (29, "ESPIPE", "invalid seek"),
    (30, "EROFS", "read-only file system"),
    (31, "EMLINK", "too many links"),
    (32, "EPIPE", "broken pipe"),
    (34, "ERANGE", "result too large"),
    (36, "ENAMETOOLONG", "name too long"),
    (38, "ENOSYS", "function not implemented"),
    (39, "ENOTEMPTY", "directory not empty"),
    (40, "ELOOP", "too many symbolic links encountered"),
    (49, "EUNATCH", "protocol driver not attached"),
    (61, "ENODATA", "no data available"),
    (64, "ENONET", "machine is not on the network"),
    (71, "EPROTO", "protocol error"),
    (75, "EOVERFLOW", "value too large for defined data type"),
    (84, "EILSEQ", "illegal byte sequence"),
    (88, "ENOTSOCK", "socket operation on non-socket"),
    (89, "EDESTADDRREQ", "destination address required"),
    (90, "EMSGSIZE", "message too long"),
    (91, "EPROTOTYPE", "protocol wrong type for socket"),
    (92, "ENOPROTOOPT", "protocol not available"),
    (93, "EPROTONOSUPPORT", "protocol not supported"),
    (94, "ESOCKTNOSUPPORT", "socket type not supported"),
    (95, "ENOTSUP", "operation not supported on socket"),
    (97, "EAFNOSUPPORT", "address family not supported"),
    (98, "EADDRINUSE", "address already in use"),
    (99, "EADDRNOTAVAIL", "address not available"),
    (100, "ENETDOWN", "network is down"),
    (101, "ENETUNREACH", "network is unreachable"),
    (103, "ECONNABORTED", "software caused connection abort"),
    (104, "ECONNRESET", "connection reset by peer"),
    (105, "ENOBUFS", "no buffer space available"),
    (106, "EISCONN", "socket is already connected"),
    (107, "ENOTCONN", "socket is not connected"),
    (
        108,
        "ESHUTDOWN",
        "cannot send after transport endpoint shutdown",
    ),
    (110, "ETIMEDOUT", "connection timed out"),
    (111, "ECONNREFUSED", "connection refused"),
    (112, "EHOSTDOWN", "host is down"),
    (113, "EHOSTUNREACH", "host is unreachable"),
    (114, "EALREADY", "connection already in progress"),
    (121, "EREMOTEIO", "remote I/O error"),
    (125, "ECANCELED", "operation canceled"),
];
