//! A decoder of chunks, built again, against the parser of this crate: every cut of
//! every stream.

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
    /// They are no chunks. Extensions and trailers are: the decoder drops them.
    fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Decoded, ()>;
}

const STREAMS: &[&str] = &[
    "0\r\n\r\n",
    "5\r\nhello\r\n0\r\n\r\n",
    "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
    "00a\r\n0123456789\r\n0\r\n\r\n",
    "A\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n",
    "5;name=value;flag\r\nhello\r\n0;last\r\n\r\n",
    "0\r\nSum: 1\r\nOther: 2\r\n\r\n",
    "0\r\n\r\nGET / HTTP/1.1\r\n",
    "5\r\nhello",
    "5\r\nhello\r\n",
    "",
    // These are no chunks.
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
];

pub fn chunked<D: ChunkedDecoder>() -> Result<(), String> {
    for stream in STREAMS {
        let right = reference(stream);
        for cut in 0..=stream.len() {
            let (first, second) = stream.as_bytes().split_at(cut);
            check::<D>(stream, &[first, second], &right)?;
        }
        let single: Vec<&[u8]> = stream.as_bytes().chunks(1).collect();
        check::<D>(stream, &single, &right)?;
    }
    Ok(())
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
