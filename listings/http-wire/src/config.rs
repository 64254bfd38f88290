//! What a parser allows: limits on all that a peer controls, and leniencies by name.

/// What a parser allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// How much of everything.
    pub limits: Limits,
    /// What is tolerated though it should not have been sent.
    pub lenient: Lenient,
}

// ANCHOR: limits
/// How much of everything a peer may send. A parser that returns `Ok(None)` leaves at
/// most the largest of the byte limits in its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the first line with its line end. Beyond: 414. Default 8 KiB; RFC 9112
    /// §3 asks for 8,000 at least.
    pub start_line: u32,
    /// Bytes of a whole head: empty lines before it, first line, fields, the empty line
    /// behind. Beyond: 431. Default 16 KiB, as Node's `maxHeaderSize`.
    pub head_bytes: u32,
    /// Fields of a head. Beyond: 431. Default 128.
    pub field_count: u32,
    /// Bytes of one line that begins a chunk, with its extensions and its line end.
    /// Beyond: 413. Default 1 KiB.
    pub chunk_line: u32,
    /// Bytes of chunk extensions, and zeros before chunk sizes, in one message. Beyond:
    /// 413. Default 16 KiB.
    pub chunk_extensions: u32,
    /// Bytes of a trailer section with the empty line behind it. Beyond: 431. Default
    /// 16 KiB.
    pub trailer_bytes: u32,
    /// Fields of a trailer section. Beyond: 431. Default 128.
    pub trailer_count: u32,
    /// Bytes of content. Beyond: 413, for a `Content-Length` at once. Default: none.
    pub body: u64,
}
// ANCHOR_END: limits

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            start_line: 8 << 10,
            head_bytes: 16 << 10,
            field_count: 128,
            chunk_line: 1 << 10,
            chunk_extensions: 16 << 10,
            trailer_bytes: 16 << 10,
            trailer_count: 128,
            body: u64::MAX,
        }
    }
}

// ANCHOR: lenient
/// What RFC 9112 lets a recipient tolerate, or what others tolerate. All of it is off
/// by default, for two parsers that tolerate different things can be played against
/// each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lenient {
    /// A line may end in LF alone (RFC 9112 §2.2).
    pub bare_lf: bool,
    /// A field may go on in a line that begins with white space; the line end becomes
    /// spaces (RFC 9112 §5.2).
    pub obs_fold: bool,
    /// White space between a field's name and its colon is dropped (RFC 9112 §5.1).
    pub space_before_colon: bool,
    /// Control characters in a value, other than NUL, CR and LF (RFC 9110 §5.5).
    pub control_in_value: bool,
    /// Any visible ASCII in a target, and `%` without two digits behind it: not
    /// RFC 3986, but sent.
    pub raw_target: bool,
    /// Any `HTTP/` version in a start line, taken for 1.1 if it is above 1.
    pub any_version: bool,
    /// HTTP/1.1 without `Host` (RFC 9112 §3.2).
    pub missing_host: bool,
    /// More than one `Host`, or one that is no host (RFC 9112 §3.2).
    pub odd_host: bool,
    /// `Transfer-Encoding` beside `Content-Length`: the first counts (RFC 9112 §6.3).
    pub length_and_transfer_encoding: bool,
    /// The same `Content-Length` more than once (RFC 9110 §8.6).
    pub equal_lengths: bool,
    /// `Transfer-Encoding` in HTTP/1.0 (RFC 9112 §6.1).
    pub transfer_encoding_in_1_0: bool,
    /// Transfer codings beside `chunked`: the content stays encoded (RFC 9112 §7).
    pub other_codings: bool,
    /// White space around the size and the extensions of a chunk. Around an extension a
    /// recipient should drop it (RFC 9112 §7.1.1, RFC 9110 §5.6.3); llhttp does not.
    pub chunk_spaces: bool,
    /// A status line that ends with the code, without the space behind (RFC 9112 §4).
    pub no_reason: bool,
}
// ANCHOR_END: lenient
