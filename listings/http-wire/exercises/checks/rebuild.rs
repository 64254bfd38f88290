//! A decoder of chunks, built again, against the parser of this crate: every cut of
//! every stream, and each stream with one line end too many or too few.

use bytes::BytesMut;
use http_wire::{Config, Event, RequestParser};

/// How a stream of chunks goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// More is wanted.
    More,
    /// The empty line behind the last chunk was in these bytes, and this many of them
    /// belong to what comes behind.
    Done { left: usize },
}

/// What is to be built in rebuild-chunked.rs.
pub trait ChunkedDecoder: Default {
    /// Takes the bytes that came, appends the data in them to `out`.
    ///
    /// # Errors
    /// They are no chunks. Extensions and trailers are dropped, and what they say is not
    /// judged, though the parser of this crate does. But their lines end in CR LF, and
    /// no control character is in them, except a tab.
    fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Decoded, ()>;
}

/// These are chunks.
const CHUNKS: &[&str] = &[
    "0\r\n\r\n",
    "5\r\nhello\r\n0\r\n\r\n",
    "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
    "00a\r\n0123456789\r\n0\r\n\r\n",
    "A\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n",
    "5;name=value;flag\r\nhello\r\n0;last\r\n\r\n",
    "5;a=\"é\t\"\r\nhello\r\n0\r\n\r\n",
    "0\r\nSum: 1\r\nOther: 2\r\n\r\n",
    "0\r\nX: é\t.\r\n\r\n",
    "0\r\n\r\nGET / HTTP/1.1\r\n",
    "5\r\nhello",
    "5\r\nhello\r\n",
    "",
];

/// And these are none.
const NO_CHUNKS: &[&str] = &[
    "\r\n",
    "g\r\n",
    "0x5\r\nhello\r\n",
    "-5\r\nhello\r\n",
    "+5\r\nhello\r\n",
    "5 \r\nhello\r\n",
    " 5\r\nhello\r\n",
    "5\nhello\r\n",
    "5\r\nhello, world\r\n",
    "5\r\nhello\n0\r\n\r\n",
    "5\r\nhello\r0\r\n\r\n",
    "10000000000000000\r\n",
    ";a\r\nhello\r\n",
    "5;a\nhello\r\n0\r\n\r\n",
    "5;a\rb\r\nhello\r\n0\r\n\r\n",
    "5;a=\"\0\"\r\nhello\r\n0\r\n\r\n",
    "0;a\n\r\n",
    "0\r\nSum: 1\n\r\n",
    "0\r\nSum: 1\0\r\n\r\n",
    "0\r\nSum: 1\r\n\n",
];

pub fn chunked<D: ChunkedDecoder>() -> Result<(), String> {
    for stream in CHUNKS.iter().chain(NO_CHUNKS) {
        let right = reference(stream);
        for cut in 0..=stream.len() {
            let (first, second) = stream.as_bytes().split_at(cut);
            check::<D>(stream, &[first, second], &right)?;
        }
        byte_by_byte::<D>(stream, &right)?;
    }
    for stream in CHUNKS.iter().flat_map(|stream| marred(stream)) {
        let right = reference(&stream);
        check::<D>(&stream, &[stream.as_bytes()], &right)?;
        byte_by_byte::<D>(&stream, &right)?;
    }
    Ok(())
}

/// `stream` with a CR or LF more, instead of another byte, or less. Lines behind it let
/// the parser judge what it has, for it waits for the end of a line.
fn marred(stream: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (at, char) in stream.char_indices() {
        let (before, rest) = stream.split_at(at);
        let after = &rest[char.len_utf8()..];
        for end in ["\r", "\n"] {
            all.push(format!("{before}{end}{rest}\r\n\r\n"));
            all.push(format!("{before}{end}{after}\r\n\r\n"));
        }
        if matches!(char, '\r' | '\n') {
            all.push(format!("{before}{after}\r\n\r\n"));
        }
    }
    all
}

fn byte_by_byte<D: ChunkedDecoder>(
    stream: &str,
    right: &Outcome,
) -> Result<(), String> {
    let single: Vec<&[u8]> = stream.as_bytes().chunks(1).collect();
    check::<D>(stream, &single, right)
}

type Outcome = Result<(String, Decoded), ()>;

fn check<D: ChunkedDecoder>(
    stream: &str,
    pieces: &[&[u8]],
    right: &Outcome,
) -> Result<(), String> {
    let mine = decode::<D>(pieces);
    if mine == *right {
        return Ok(());
    }
    let pieces: Vec<String> = pieces
        .iter()
        .map(|p| p.escape_ascii().to_string())
        .collect();
    Err(format!(
        "{}\nin {} pieces: {pieces:?}\nyours: {mine:?}\nright: {right:?}",
        stream.escape_default(),
        pieces.len()
    ))
}

fn decode<D: ChunkedDecoder>(pieces: &[&[u8]]) -> Outcome {
    let (mut decoder, mut out) = (D::default(), Vec::new());
    let mut state = Decoded::More;
    for piece in pieces {
        state = match state {
            Decoded::More => decoder.feed(piece, &mut out)?,
            // What comes behind is not for the decoder.
            Decoded::Done { left } => Decoded::Done {
                left: left + piece.len(),
            },
        };
    }
    Ok((out.escape_ascii().to_string(), state))
}

/// What the parser of this crate says.
fn reference(stream: &str) -> Outcome {
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut parser = RequestParser::new(Config::default());
    let mut input = BytesMut::from(&format!("{head}{stream}")[..]);
    let mut out = Vec::new();
    while let Some(event) = parser.next(&mut input).map_err(|_| ())? {
        match event {
            Event::Data(data) => out.extend(data),
            Event::End => {
                let left = input.len();
                return Ok((out.escape_ascii().to_string(), Decoded::Done { left }));
            }
            Event::Head(_) | Event::Trailers(_) => {}
        }
    }
    Ok((out.escape_ascii().to_string(), Decoded::More))
}
