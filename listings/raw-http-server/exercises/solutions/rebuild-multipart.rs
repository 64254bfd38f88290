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
    let bytes = |part: &Part| &file[part.first..=part.last];
    let sum: usize = parts.iter().map(|part| bytes(part).len()).sum();
    let marks = boundary.as_bytes();
    let is_in = |part: &Part| bytes(part).windows(marks.len()).any(|w| w == marks);
    if sum > file.len() || parts.iter().any(is_in) {
        return None;
    }
    let mut content = Vec::new();
    for part in parts {
        let head = format!(
            "--{boundary}\r\nContent-Type: {content_type}\r\n\
             Content-Range: bytes {}-{}/{}\r\n\r\n",
            part.first,
            part.last,
            file.len()
        );
        content.extend_from_slice(head.as_bytes());
        content.extend_from_slice(bytes(part));
        content.extend_from_slice(b"\r\n");
    }
    content.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Some(content)
}
