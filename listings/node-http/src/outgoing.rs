//! A message on its way out, without a socket: what `OutgoingMessage` of
//! lib/_http_outgoing.js decides. Server and client share it.

use crate::date;
use crate::error::Error;
use crate::headers::{self, Headers};
use bytes::{BufMut, BytesMut};
use http_wire::write;
use std::time::Duration;

/// Where the head is.
#[derive(Debug, PartialEq, Eq)]
enum Head {
    /// Not decided.
    Open,
    /// Decided; it leaves together with what is written first.
    Stored(BytesMut),
    /// Among the bytes that leave.
    Sent,
}

/// A message on its way out.
///
/// The public fields are what Node's object has under the same names.
#[derive(Debug)]
pub(crate) struct OutgoingMessage {
    /// `None` until a field is set one by one; `writeHead` alone keeps duplicates.
    headers: Option<Headers>,
    pub should_keep_alive: bool,
    pub use_chunked_encoding_by_default: bool,
    pub send_date: bool,
    pub has_body: bool,
    /// A client's request that an Agent manages.
    pub has_agent: bool,
    /// What `Keep-Alive` announces; zero announces nothing.
    pub keep_alive_timeout: Duration,
    pub max_requests_per_socket: u32,
    pub max_requests_on_connection_reached: bool,
    pub strict_content_length: bool,
    pub reject_non_standard_body_writes: bool,
    /// The status of a response; 0 for a request.
    pub status: u16,
    /// It has the socket: what is written in one tick becomes one chunk. While it waits
    /// for others, each write is a chunk of its own.
    pub has_socket: bool,
    removed_connection: bool,
    removed_content_length: bool,
    removed_transfer_encoding: bool,
    default_keep_alive: bool,
    content_length: Option<u64>,
    /// The head has a `Content-Length`.
    has_length: bool,
    written: u64,
    chunked: bool,
    /// The connection ends behind this message.
    last: bool,
    corked: u32,
    head: Head,
    /// Content of this tick, not a chunk yet.
    chunk: BytesMut,
    trailer: BytesMut,
    ready: BytesMut,
    /// So many bytes of it do not wait for the end of the tick.
    urgent: usize,
    /// Something was written in this tick: what follows waits for its end.
    is_tick_corked: bool,
    ended: bool,
}

/// What the fields of a head said while they were written.
#[derive(Default)]
struct Seen {
    connection: bool,
    content_length: bool,
    transfer_encoding: bool,
    date: bool,
    expect: bool,
    trailer: bool,
}

impl OutgoingMessage {
    pub fn new() -> OutgoingMessage {
        OutgoingMessage {
            headers: None,
            should_keep_alive: true,
            use_chunked_encoding_by_default: true,
            send_date: false,
            has_body: true,
            has_agent: false,
            keep_alive_timeout: Duration::ZERO,
            max_requests_per_socket: 0,
            max_requests_on_connection_reached: false,
            strict_content_length: false,
            reject_non_standard_body_writes: false,
            status: 0,
            has_socket: false,
            removed_connection: false,
            removed_content_length: false,
            removed_transfer_encoding: false,
            default_keep_alive: true,
            content_length: None,
            has_length: false,
            written: 0,
            chunked: false,
            last: false,
            corked: 0,
            head: Head::Open,
            chunk: BytesMut::new(),
            trailer: BytesMut::new(),
            ready: BytesMut::new(),
            urgent: 0,
            is_tick_corked: false,
            ended: false,
        }
    }

    pub fn headers(&self) -> Option<&Headers> {
        self.headers.as_ref()
    }

    /// The fields, to be changed.
    pub fn headers_mut(&mut self) -> Result<&mut Headers, Error> {
        if self.has_head() {
            return Err(Error::HeadersSent);
        }
        Ok(self.headers.get_or_insert_default())
    }

    /// `removeHeader`. The four that the message would add itself stay away, then.
    pub fn remove_header(&mut self, name: &str) -> Result<(), Error> {
        if self.has_head() {
            return Err(Error::HeadersSent);
        }
        match name.to_ascii_lowercase().as_str() {
            "connection" => self.removed_connection = true,
            "content-length" => self.removed_content_length = true,
            "transfer-encoding" => self.removed_transfer_encoding = true,
            "date" => self.send_date = false,
            _ => {}
        }
        if let Some(headers) = &mut self.headers {
            headers.remove(name);
        }
        Ok(())
    }

    /// The head is decided (`headersSent`).
    pub fn has_head(&self) -> bool {
        self.head != Head::Open
    }

    /// The head is among the bytes that leave (`_headerSent`), or the socket is corked.
    pub fn is_begun(&self) -> bool {
        self.head == Head::Sent || self.is_tick_corked || self.corked > 0
    }

    /// The head says where the content ends.
    pub fn has_end(&self) -> bool {
        self.has_length || self.chunked
    }

    pub fn is_ended(&self) -> bool {
        self.ended
    }

    pub fn is_last(&self) -> bool {
        self.last
    }

    /// The length of the content is known before the head is made: `end` does this.
    pub fn set_content_length(&mut self, length: u64) {
        self.content_length = Some(length);
    }

    /// Makes the head out of its first line, the fields that were set, and `more`, the
    /// fields of `writeHead`, which take the place of those that were set.
    pub fn store_header(
        &mut self,
        first_line: &[u8],
        more: &[(&str, &[u8])],
    ) -> Result<(), Error> {
        if self.has_head() {
            return Err(Error::HeadersSent);
        }
        for (name, value) in more {
            headers::check(name, value)?;
        }
        if self.headers.is_some() {
            for (name, _) in more {
                self.remove_header(name)?;
            }
            for (name, value) in more {
                self.headers_mut()?.append(name, value)?;
            }
        }
        let mut out = BytesMut::with_capacity(256);
        out.put_slice(first_line);
        let mut seen = Seen::default();
        match self.headers.take() {
            Some(headers) => {
                for (name, value) in headers.lines() {
                    self.put_field(&mut out, &mut seen, name, value)?;
                }
                self.headers = Some(headers);
            }
            None => {
                for (name, value) in more {
                    self.put_field(&mut out, &mut seen, name, value)?;
                }
            }
        }
        if self.send_date && !seen.date {
            date::now(|now| put(&mut out, "Date", now));
        }
        self.choose_connection(&mut out, &seen);
        self.choose_framing(&mut out, &seen);
        if seen.trailer && !self.chunked {
            return Err(Error::TrailerInvalid);
        }
        write::end_of_head(&mut out);
        self.head = Head::Stored(out);
        if seen.expect {
            self.flush_head();
        }
        Ok(())
    }

    /// One line, and what it says about the message: `processHeader`, `matchHeader`.
    fn put_field(
        &mut self,
        out: &mut BytesMut,
        seen: &mut Seen,
        name: &str,
        value: &[u8],
    ) -> Result<(), Error> {
        write::field(out, name.as_bytes(), value)?;
        match name.to_ascii_lowercase().as_str() {
            "connection" => {
                seen.connection = true;
                self.removed_connection = false;
                if has_word(value, b"close") {
                    self.last = true;
                } else {
                    self.should_keep_alive = true;
                }
            }
            "transfer-encoding" => {
                seen.transfer_encoding = true;
                self.removed_transfer_encoding = false;
                self.chunked |= has_word(value, b"chunked");
            }
            "content-length" => {
                seen.content_length = true;
                self.has_length = true;
                self.removed_content_length = false;
                let number = str::from_utf8(value).ok();
                self.content_length = number.and_then(|n| n.trim().parse().ok());
            }
            "date" => seen.date = true,
            "expect" => seen.expect = true,
            "trailer" => seen.trailer = true,
            "keep-alive" => self.default_keep_alive = false,
            _ => {}
        }
        Ok(())
    }

    // ANCHOR: choose-connection
    /// `Connection` and `Keep-Alive`, where the program did not set them.
    fn choose_connection(&mut self, out: &mut BytesMut, seen: &Seen) {
        if self.chunked && matches!(self.status, 204 | 304) {
            // Whoever asked for chunks here may send some: nothing may follow.
            self.chunked = false;
            self.should_keep_alive = false;
        }
        if self.removed_connection {
            self.last = !self.should_keep_alive;
            return;
        }
        if seen.connection {
            return;
        }
        let ends_without_close = seen.content_length
            || self.use_chunked_encoding_by_default
            || self.has_agent;
        if !self.should_keep_alive || !ends_without_close {
            self.last = true;
            put(out, "Connection", "close");
        } else if self.max_requests_on_connection_reached {
            put(out, "Connection", "close");
        } else {
            put(out, "Connection", "keep-alive");
            self.announce_timeout(out);
        }
    }
    // ANCHOR_END: choose-connection

    fn announce_timeout(&self, out: &mut BytesMut) {
        if self.keep_alive_timeout.is_zero() || !self.default_keep_alive {
            return;
        }
        let seconds = self.keep_alive_timeout.as_secs();
        let text = match self.max_requests_per_socket {
            0 => format!("timeout={seconds}"),
            most => format!("timeout={seconds}, max={most}"),
        };
        put(out, "Keep-Alive", &text);
    }

    // ANCHOR: choose-framing
    /// `Content-Length` or `Transfer-Encoding`, where the program set neither.
    fn choose_framing(&mut self, out: &mut BytesMut, seen: &Seen) {
        if seen.content_length || seen.transfer_encoding {
            return;
        }
        if !self.has_body {
            self.chunked = false;
        } else if !self.use_chunked_encoding_by_default {
            // To HTTP/1.0: the content ends where the connection does.
            self.last = true;
        } else if let Some(length) = self.content_length
            && !seen.trailer
            && !self.removed_content_length
        {
            write::content_length(out, length);
            self.has_length = true;
        } else if !self.removed_transfer_encoding {
            put(out, "Transfer-Encoding", "chunked");
            self.chunked = true;
        } else {
            self.last = true;
        }
    }
    // ANCHOR_END: choose-framing

    /// Interim responses and whatever else goes around the head.
    pub fn write_raw(&mut self, bytes: &[u8]) {
        self.ready.put_slice(bytes);
        self.hurry();
    }

    /// What is ready does not wait for the end of the tick, unless content does.
    fn hurry(&mut self) {
        if !self.is_tick_corked && self.corked == 0 {
            self.urgent = self.ready.len();
        }
    }

    /// The head leaves now, and does not wait for content: `flushHeaders`.
    pub fn flush_head(&mut self) {
        self.send_head();
        self.hurry();
    }

    /// The head goes first.
    pub fn send_head(&mut self) {
        if let Head::Stored(_) = self.head
            && let Head::Stored(head) = std::mem::replace(&mut self.head, Head::Sent)
        {
            self.ready.unsplit(head);
        }
    }

    /// Content. The head has been made.
    pub fn write(&mut self, data: &[u8]) -> Result<(), Error> {
        if self.ended {
            return Err(Error::WriteAfterEnd);
        }
        self.count(data.len(), false)?;
        self.is_tick_corked |= self.has_socket && self.has_body;
        self.put_content(data)
    }

    /// The end, with content before it, or none. The head has been made.
    pub fn end(&mut self, data: &[u8]) -> Result<(), Error> {
        if self.ended {
            return match data.is_empty() {
                true => Ok(()),
                false => Err(Error::WriteAfterEnd),
            };
        }
        self.count(data.len(), true)?;
        if !data.is_empty() {
            self.put_content(data)?;
        }
        self.end_chunk();
        self.send_head();
        if self.has_body && self.chunked {
            self.ready.put_slice(b"0\r\n");
            self.ready.unsplit(std::mem::take(&mut self.trailer));
            self.ready.put_slice(b"\r\n");
        }
        self.corked = 0;
        self.is_tick_corked = false;
        self.hurry();
        self.ended = true;
        Ok(())
    }

    /// Keeps the sum that `strictContentLength` compares.
    fn count(&mut self, more: usize, is_end: bool) -> Result<(), Error> {
        let is_strict = self.strict_content_length
            && self.has_body
            && !self.removed_content_length
            && !self.chunked;
        let written = self.written + more as u64;
        if let Some(length) = self.content_length
            && is_strict
            && (written > length || is_end && written != length)
        {
            return Err(Error::ContentLengthMismatch(written, length));
        }
        self.written = written;
        Ok(())
    }

    fn put_content(&mut self, data: &[u8]) -> Result<(), Error> {
        if !self.has_body {
            return match self.reject_non_standard_body_writes {
                true => Err(Error::BodyNotAllowed),
                false => Ok(()),
            };
        }
        if data.is_empty() && self.chunk.is_empty() {
            self.send_head();
        } else if self.chunked && self.has_socket {
            self.chunk.put_slice(data);
        } else if self.chunked {
            self.send_head();
            write::chunk(&mut self.ready, data);
        } else {
            self.send_head();
            self.ready.put_slice(data);
        }
        Ok(())
    }

    /// What was written in this tick becomes a chunk: `uncork`.
    fn end_chunk(&mut self) {
        if !self.chunk.is_empty() {
            self.send_head();
            write::chunk(&mut self.ready, &self.chunk);
            self.chunk.clear();
        }
    }

    /// The trailers, instead of those there were.
    pub fn add_trailers(&mut self, trailers: &[(&str, &[u8])]) -> Result<(), Error> {
        let mut out = BytesMut::new();
        for (name, value) in trailers {
            write::field(&mut out, name.as_bytes(), value)?;
        }
        self.trailer = out;
        Ok(())
    }

    /// Nothing leaves until [`uncork`](Self::uncork), or the end.
    pub fn cork(&mut self) {
        self.corked += 1;
    }

    /// As often as [`cork`](Self::cork).
    pub fn uncork(&mut self) {
        self.corked = self.corked.saturating_sub(1);
    }

    /// Bytes that wait here. A chunk counts with the line it will get.
    pub fn len(&self) -> usize {
        let head = match &self.head {
            Head::Stored(head) if !self.chunk.is_empty() => head.len(),
            _ => 0,
        };
        let chunk = match self.chunk.len() {
            0 => 0,
            length => length + hex_digits(length) + 4 + head,
        };
        self.ready.len() + chunk
    }

    // ANCHOR: take
    /// A tick is over: all that was written in it, to be sent in one piece.
    pub fn take(&mut self) -> BytesMut {
        if self.corked > 0 {
            return BytesMut::new();
        }
        self.end_chunk();
        (self.urgent, self.is_tick_corked) = (0, false);
        std::mem::take(&mut self.ready)
    }
    // ANCHOR_END: take

    /// What would have left before the end of this tick.
    pub fn take_urgent(&mut self) -> BytesMut {
        self.ready.split_to(std::mem::take(&mut self.urgent))
    }
}

fn put(out: &mut BytesMut, name: &str, value: &str) {
    for part in [name, ": ", value, "\r\n"] {
        out.put_slice(part.as_bytes());
    }
}

fn hex_digits(number: usize) -> usize {
    (usize::BITS - number.leading_zeros()).div_ceil(4) as usize
}

/// Whether a word stands alone in a value: what Node asks of `close`, `chunked` and
/// `100-continue` with `/(?:^|\W)close(?:$|\W)/i`.
pub(crate) fn has_word(value: &[u8], word: &[u8]) -> bool {
    let is_word = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    let mut places = value.windows(word.len()).enumerate();
    places.any(|(at, part)| {
        let before = at.checked_sub(1).and_then(|at| value.get(at));
        let after = value.get(at + word.len());
        part.eq_ignore_ascii_case(word) && !is_word(before) && !is_word(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(message: &mut OutgoingMessage) -> String {
        String::from_utf8(message.take().to_vec()).expect("ASCII")
    }

    fn response() -> OutgoingMessage {
        let mut message = OutgoingMessage::new();
        message.has_socket = true;
        message
    }

    #[test]
    fn the_writes_of_one_tick_are_one_chunk() {
        let mut message = response();
        message.store_header(b"HTTP/1.1 200 OK\r\n", &[]).unwrap();
        for data in ["a", "b", "c"] {
            message.write(data.as_bytes()).unwrap();
        }
        assert!(text(&mut message).ends_with("\r\n\r\n3\r\nabc\r\n"));
        message.end(b"d").unwrap();
        assert_eq!(text(&mut message), "1\r\nd\r\n0\r\n\r\n");
    }

    #[test]
    fn a_message_that_waits_for_the_socket_makes_a_chunk_of_each_write() {
        let mut message = response();
        message.has_socket = false;
        message.store_header(b"HTTP/1.1 200 OK\r\n", &[]).unwrap();
        message.write(b"a").unwrap();
        message.write(b"b").unwrap();
        assert!(text(&mut message).ends_with("1\r\na\r\n1\r\nb\r\n"));
    }

    #[test]
    fn nothing_leaves_a_corked_message_before_its_end() {
        let mut message = response();
        message.store_header(b"HTTP/1.1 200 OK\r\n", &[]).unwrap();
        message.cork();
        message.write(b"a").unwrap();
        assert_eq!(text(&mut message), "");
        message.end(b"").unwrap();
        assert!(text(&mut message).ends_with("1\r\na\r\n0\r\n\r\n"));
    }

    #[test]
    fn a_chunk_counts_with_its_line_before_it_is_made() {
        let mut message = response();
        message.store_header(b"HTTP/1.1 200 OK\r\n", &[]).unwrap();
        message.write(&[b'x'; 300]).unwrap();
        assert_eq!(message.len(), message.take().len());
        message.write(&[b'x'; 15]).unwrap();
        assert_eq!(message.len(), message.take().len());
    }

    #[test]
    fn a_strict_length_is_kept_in_both_directions() {
        let mut message = response();
        message.strict_content_length = true;
        let length = [("Content-Length", &b"3"[..])];
        message
            .store_header(b"HTTP/1.1 200 OK\r\n", &length)
            .unwrap();
        let more = Error::ContentLengthMismatch(4, 3);
        assert_eq!(message.write(b"four"), Err(more));
        let less = Error::ContentLengthMismatch(2, 3);
        assert_eq!(message.end(b"tw"), Err(less));
        assert_eq!(message.end(b"two"), Ok(()));
    }

    #[test]
    fn words_stand_alone() {
        assert!(has_word(b"keep-alive, Close", b"close"));
        assert!(has_word(b"not-close", b"close"));
        assert!(!has_word(b"closed", b"close"));
        assert!(!has_word(b"", b"close"));
    }
}
