//! Several ranges in one answer: `multipart/byteranges` (RFC 9110 §14.6).

use super::super::Part;

/// The content of the answer: each part of `file` between lines of `--boundary`, with
/// its `Content-Type` and `Content-Range`, and `--boundary--` at the end. `None` if all
/// parts together have more bytes than the file, or if the boundary stands in a part:
/// then the whole file is sent. All parts lie in the file, which may hold any bytes.
pub fn multipart(
    file: &[u8],
    parts: &[Part],
    content_type: &str,
    boundary: &str,
) -> Option<Vec<u8>> {
    // UNSOLVED: write the parts; §14.6 shows what they look like, with CRLF at line ends
    let _ = (file, parts, content_type, boundary);
    None
}
