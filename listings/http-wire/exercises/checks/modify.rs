//! Two pieces that are nearly right: where content ends, and where a head ends.

use bytes::BytesMut;
use http_wire::{Config, Event, Framing, RequestParser};
use std::cell::Cell;

/// What is to be decided in modify-content-end.rs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// There is no content.
    AtOnce,
    After(u64),
    WithLastChunk,
    /// The answer is 400, or another status, and the connection is closed.
    Refused,
}

/// Values that the two fields may have; the empty one means that there is none.
const LENGTHS: &[&str] = &[
    "",
    "5",
    "0",
    "+5",
    "5,5",
    "5 5",
    "18446744073709551616",
    "x",
];
const CODINGS: &[&str] = &[
    "",
    "chunked",
    "Chunked",
    "gzip",
    "gzip, chunked",
    "chunked, chunked",
    "chunked, gzip",
    "xchunked",
    "\"chunked\"",
];

/// Gives `decide` every pair of values, in both orders, twice where that matters, and
/// compares with the parser.
pub fn content_end(decide: fn(&[(&str, &str)]) -> Ends) -> Result<(), String> {
    for length in LENGTHS {
        for coding in CODINGS {
            let mut fields = Vec::new();
            if !length.is_empty() {
                fields.push(("Content-Length", *length));
            }
            if !coding.is_empty() {
                fields.push(("transfer-encoding", *coding));
            }
            compare(&fields, decide)?;
            fields.reverse();
            compare(&fields, decide)?;
            fields.extend(fields.clone());
            compare(&fields, decide)?;
        }
    }
    for fields in [
        &[("content-length", "5"), ("CONTENT-LENGTH", "6")][..],
        &[
            ("transfer-encoding", "gzip"),
            ("Transfer-Encoding", "chunked"),
        ],
        &[("Content-Length", "")],
        &[("Transfer-Encoding", "")],
        &[("X-Content-Length", "5"), ("Transfer-Encodings", "chunked")],
    ] {
        compare(fields, decide)?;
    }
    Ok(())
}

fn compare(
    fields: &[(&str, &str)],
    decide: fn(&[(&str, &str)]) -> Ends,
) -> Result<(), String> {
    let lines: String = fields
        .iter()
        .map(|(n, v)| format!("{n}: {v}\r\n"))
        .collect();
    let head = format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
    let mut parser = RequestParser::new(Config::default());
    let right = match parser.next(&mut BytesMut::from(&head[..])) {
        Ok(Some(Event::Head(head))) => match head.framing {
            Framing::Empty => Ends::AtOnce,
            Framing::Length(length) => Ends::After(length),
            Framing::Chunked => Ends::WithLastChunk,
            Framing::UntilClose => return Err("a request without end".into()),
        },
        _ => Ends::Refused,
    };
    let mine = decide(fields);
    if mine == right {
        return Ok(());
    }
    Err(format!(
        "For the fields\n{lines}you say {mine:?}, and it is {right:?}."
    ))
}

/// Bytes that arrived, and how often one of them was looked at.
#[derive(Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    looks: Cell<usize>,
}

impl Buffer {
    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The byte at `at`. Looking at it is counted.
    pub fn byte(&self, at: usize) -> u8 {
        self.looks.set(self.looks.get() + 1);
        self.bytes[at]
    }
}

/// What is to be built in modify-slow-peer.rs.
pub trait HeadFinder: Default {
    /// The length of the head, with the empty line that ends it, if that is there. The
    /// buffer has grown since the last call, or not. Four looks a byte are allowed.
    fn find(&mut self, buffer: &Buffer) -> Option<usize>;
}

/// Every text of up to this many bytes is fed that is made of CR, LF and one more byte:
/// enough to begin the end once more at each of its bytes.
const SHORT: u32 = 7;

pub fn slow_peer<F: HeadFinder>() -> Result<(), String> {
    for text in [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: \r\r\n\n\r\n\r\n",
        "\r\n\r\n",
    ] {
        in_pieces::<F>(text)?;
    }
    for length in 1..=SHORT {
        for number in 0..3_usize.pow(length) {
            let digits = (0..length).map(|place| number / 3_usize.pow(place) % 3);
            let text: String = digits.map(|digit| ['\r', '\n', 'a'][digit]).collect();
            in_pieces::<F>(&text)?;
        }
    }
    let long = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "y".repeat(16_000));
    for size in [1, 2, 3, 1000, long.len()] {
        feed::<F>(long.as_bytes(), size, Some(long.len()))?;
    }
    Ok(())
}

/// Feeds it in pieces of each size.
fn in_pieces<F: HeadFinder>(text: &str) -> Result<(), String> {
    let right = text.find("\r\n\r\n").map(|at| at + 4);
    for size in 1..=text.len() {
        feed::<F>(text.as_bytes(), size, right)?;
    }
    Ok(())
}

fn feed<F: HeadFinder>(
    text: &[u8],
    size: usize,
    right: Option<usize>,
) -> Result<(), String> {
    let (mut finder, mut buffer) = (F::default(), Buffer::default());
    let mut found = None;
    let shown = text[..text.len().min(60)].escape_ascii();
    for piece in text.chunks(size) {
        buffer.bytes.extend_from_slice(piece);
        found = found.or_else(|| finder.find(&buffer));
        let most = 4 * buffer.len();
        if buffer.looks.get() > most {
            let (looks, came) = (buffer.looks.get(), buffer.len());
            return Err(format!(
                "{came} bytes came, {size} at a time, and you looked {looks} times.\n  \
                 {shown}"
            ));
        }
    }
    if found == right {
        return Ok(());
    }
    Err(format!(
        "{size} at a time: you find {found:?}, and the head ends at {right:?}.\n  {shown}"
    ))
}
