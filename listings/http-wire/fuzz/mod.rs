//! Random bytes that look like HTTP, random limits and leniencies, random cuts.
//!
//! Shared by tests/fuzz.rs and examples/fuzz.rs.

use http_wire::{Config, Lenient, Limits};

/// What HTTP/1.1 is made of, and what it is broken with.
const PARTS: &[&[u8]] = &[
    b"GET ",
    b"POST ",
    b"HEAD ",
    b"CONNECT ",
    b"FOO ",
    b"/ ",
    b"/a?b=%41 ",
    b"* ",
    b"http://h/ ",
    b"h:80 ",
    b"HTTP/1.1",
    b"HTTP/1.0",
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 204 \r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"GET / HTTP/1.1\r\n",
    b"Host: a\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Length: 0\r\n",
    b"Content-Length",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: gzip",
    b"Connection: close\r\n",
    b"Connection: keep-alive\r\n",
    b"X: y\r\n",
    b": ",
    b":",
    b", ",
    b"chunked",
    b"hello",
    b"5\r\nhello\r\n",
    b"0\r\n\r\n",
    b"0\r\nT: u\r\n\r\n",
    b"5;a=\"b\"\r\nhello\r\n",
    b"a",
    b"5",
    b"0",
    b";",
    b"=",
    b"\"",
    b"\\",
    b"\r\n",
    b"\r\n\r\n",
    b"\r",
    b"\n",
    b" ",
    b"\t",
    b"\0",
    b"\x7f",
    b"\xff",
    b" folded\r\n",
];

/// First lines of requests.
pub const REQUESTS: &[&str] = &[
    "GET /a HTTP/1.1",
    "POST /a?b HTTP/1.1",
    "PUT /b HTTP/1.1",
    "HEAD /c HTTP/1.1",
    "CONNECT a:80 HTTP/1.1",
];

/// First lines of responses.
#[allow(dead_code, reason = "the example reads requests only")]
pub const RESPONSES: &[&str] =
    &["HTTP/1.1 200 OK", "HTTP/1.1 304 ", "HTTP/1.1 100 Continue"];

/// A generator of numbers that look random (xorshift64*).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        number as usize % bound.max(1)
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    /// A stream of messages that begin with one of `first_lines`: mostly right, with
    /// parts put in or taken out.
    pub fn stream(&mut self, first_lines: &[&str]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for _ in 0..=self.below(3) {
            match self.one_in(8) {
                true => self.soup(&mut bytes),
                false => self.message(&mut bytes, first_lines),
            }
        }
        for _ in 0..self.below(4) {
            self.damage(&mut bytes);
        }
        bytes
    }

    fn soup(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..self.below(30) {
            bytes.extend_from_slice(PARTS[self.below(PARTS.len())]);
        }
    }

    fn message(&mut self, bytes: &mut Vec<u8>, first_lines: &[&str]) {
        let line = first_lines[self.below(first_lines.len())];
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(b"\r\nHost: a\r\n");
        for _ in 0..self.below(4) {
            bytes.extend_from_slice(b"Name: some value\r\n");
        }
        self.doubt(bytes);
        match self.below(3) {
            0 => bytes.extend_from_slice(b"\r\n"),
            1 => {
                bytes.extend_from_slice(b"Content-Length: 5\r\n");
                self.doubt(bytes);
                bytes.extend_from_slice(b"\r\nhello");
            }
            _ => {
                bytes.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
                self.doubt(bytes);
                bytes.extend_from_slice(b"\r\n");
                for _ in 0..self.below(4) {
                    bytes.extend_from_slice(b"a;x=y\r\n0123456789\r\n");
                }
                bytes.extend_from_slice(b"0\r\nSum: 1\r\n\r\n");
            }
        }
    }

    /// Now and then a line that frames or routes the message once more.
    fn doubt(&mut self, bytes: &mut Vec<u8>) {
        const LINES: [&[u8]; 7] = [
            b"Content-Length: 5\r\n",
            b"Content-Length: 6\r\n",
            b"Content-Length: +5\r\n",
            b"Transfer-Encoding: chunked\r\n",
            b"Transfer-Encoding: gzip\r\n",
            b"Transfer-Encoding: gzip, chunked\r\n",
            b"Host: b\r\n",
        ];
        if self.one_in(8) {
            bytes.extend_from_slice(LINES[self.below(LINES.len())]);
        }
    }

    fn damage(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len() + 1);
        let part = PARTS[self.below(PARTS.len())];
        let end = (at + self.below(4)).min(bytes.len());
        match self.below(3) {
            0 => drop(bytes.splice(at..at, part.iter().copied())),
            1 => drop(bytes.splice(at..end, part.iter().copied())),
            _ => drop(bytes.drain(at..end)),
        }
    }

    /// Limits that such streams meet, and some leniencies.
    pub fn config(&mut self) -> Config {
        let mut limit = |usual: u32, least: usize| match self.one_in(16) {
            true => (least + self.below(80)) as u32,
            false => usual,
        };
        let limits = Limits {
            start_line: limit(8192, 1),
            head_bytes: limit(16384, 1),
            field_count: limit(128, 0) % 129,
            chunk_line: limit(1024, 1),
            chunk_extensions: limit(16384, 0),
            trailer_bytes: limit(16384, 1),
            trailer_count: limit(128, 0) % 129,
            body: u64::from(limit(u32::MAX, 0)),
        };
        let mut flag = || self.one_in(4);
        let lenient = Lenient {
            bare_lf: flag(),
            obs_fold: flag(),
            space_before_colon: flag(),
            control_in_value: flag(),
            raw_target: flag(),
            any_version: flag(),
            missing_host: flag(),
            odd_host: flag(),
            length_and_transfer_encoding: flag(),
            equal_lengths: flag(),
            transfer_encoding_in_1_0: flag(),
            other_codings: flag(),
            chunk_spaces: flag(),
            no_reason: flag(),
        };
        Config { limits, lenient }
    }

    /// `bytes` in pieces of random sizes.
    pub fn cut<'a>(&mut self, mut bytes: &'a [u8]) -> Vec<&'a [u8]> {
        let most = 1 + self.below(40);
        let mut pieces = Vec::new();
        while !bytes.is_empty() {
            let (piece, rest) = bytes.split_at((1 + self.below(most)).min(bytes.len()));
            pieces.push(piece);
            bytes = rest;
        }
        pieces
    }
}
