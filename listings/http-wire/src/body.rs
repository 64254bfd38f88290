//! Content, by its framing. Data is handed on as it comes and never gathered.

use crate::chars::{self, QUOTED, TOKEN};
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::fields::Fields;
use crate::head::{Section, SectionLimits};
use crate::lines::Lines;
use crate::message::Framing;
use bytes::{Buf, Bytes, BytesMut};

/// A piece of a message behind its head.
#[derive(Debug)]
pub enum Piece {
    Data(Bytes),
    Trailers(Fields),
    End,
}

/// Where in the content the next byte belongs.
#[derive(Debug)]
enum State {
    Length(u64),
    UntilClose,
    ChunkLine(Lines),
    ChunkData(u64),
    ChunkEnd,
    Trailers(Section),
    End,
}

/// The content of one message.
#[derive(Debug)]
pub struct Body {
    state: State,
    /// Bytes of content that may still come.
    left: u64,
    /// Bytes of chunk extensions, and zeros before sizes, that may still come.
    extensions_left: usize,
}

impl Body {
    /// The content of a message; refuses a length beyond the limit.
    pub fn new(framing: Framing, config: &Config) -> Result<Body, ErrorKind> {
        let state = match framing {
            Framing::Empty | Framing::Length(0) => State::End,
            Framing::Length(length) if length > config.limits.body => {
                return Err(ErrorKind::BodyTooLarge);
            }
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::ChunkLine(Lines::default()),
            Framing::UntilClose => State::UntilClose,
        };
        Ok(Body {
            state,
            left: config.limits.body,
            extensions_left: config.limits.chunk_extensions as usize,
        })
    }

    /// Whether the connection's end is this content's end.
    pub fn ends_with_connection(&self) -> bool {
        matches!(self.state, State::UntilClose)
    }

    /// The next piece. `offset` is how many bytes of the connection stood before
    /// `input`, and moves on with it.
    pub fn next(
        &mut self,
        input: &mut BytesMut,
        config: &Config,
        offset: &mut u64,
    ) -> Result<Option<Piece>, Error> {
        loop {
            let before = input.len();
            let step = self.step(input, config).map_err(|e| e.behind(*offset));
            *offset += (before - input.len()) as u64;
            match step? {
                Step::Piece(piece) => return Ok(Some(piece)),
                Step::More => return Ok(None),
                Step::Next(state) => self.state = state,
            }
        }
    }

    // ANCHOR: body-step
    fn step(&mut self, input: &mut BytesMut, config: &Config) -> Result<Step, Error> {
        match &mut self.state {
            State::End => Ok(Step::Piece(Piece::End)),
            State::Length(0) => Ok(Step::Next(State::End)),
            State::ChunkData(0) => Ok(Step::Next(State::ChunkEnd)),
            _ if input.is_empty() => Ok(Step::More),
            State::Length(left) | State::ChunkData(left) => Ok(data(input, left)),
            State::UntilClose => match self.left {
                0 => Err(Error::new(ErrorKind::BodyTooLarge, 0)),
                _ => Ok(data(input, &mut self.left)),
            },
            State::ChunkLine(_) => self.chunk_line(input, config),
            State::ChunkEnd => chunk_end(input, config),
            State::Trailers(_) => self.trailers(input, config),
        }
    }
    // ANCHOR_END: body-step

    // ANCHOR: chunk-line
    /// `chunk-size [ chunk-ext ] CRLF` (RFC 9112 §7.1).
    fn chunk_line(
        &mut self,
        input: &mut BytesMut,
        config: &Config,
    ) -> Result<Step, Error> {
        let State::ChunkLine(lines) = &mut self.state else {
            return Ok(Step::More);
        };
        let max = config.limits.chunk_line as usize;
        let too_long = |_| Error::new(ErrorKind::ChunkLineTooLong, max);
        let Some(line) = lines.next(input, max).map_err(too_long)? else {
            return Ok(Step::More);
        };
        let text = &input[..line.end];
        let (size, digits) = chunk_size(text)?;
        check_extensions(text, digits, config)?;
        if line.has_bare_lf() && !config.lenient.bare_lf {
            return Err(Error::new(ErrorKind::BareLf, line.end));
        }
        // Zeros before a size are as good as an extension for a flood.
        let zeros = text[..digits - 1].iter().take_while(|byte| **byte == b'0');
        let idle = zeros.count() + line.end - digits;
        let left = self.extensions_left.checked_sub(idle);
        let too_large = || Error::new(ErrorKind::ChunkExtensionsTooLarge, digits);
        self.extensions_left = left.ok_or_else(too_large)?;
        let left = self.left.checked_sub(size);
        self.left = left.ok_or(Error::new(ErrorKind::BodyTooLarge, 0))?;
        input.advance(line.next);
        Ok(Step::Next(match size {
            0 => State::Trailers(Section::default()),
            size => State::ChunkData(size),
        }))
    }
    // ANCHOR_END: chunk-line

    /// The fields behind the last chunk, up to the empty line (RFC 9112 §7.1.2). They
    /// are no part of the head, whatever their names are.
    fn trailers(
        &mut self,
        input: &mut BytesMut,
        config: &Config,
    ) -> Result<Step, Error> {
        let State::Trailers(section) = &mut self.state else {
            return Ok(Step::More);
        };
        let limits = SectionLimits {
            bytes: config.limits.trailer_bytes as usize,
            count: config.limits.trailer_count as usize,
            too_large: ErrorKind::TrailersTooLarge,
            too_many: ErrorKind::TooManyTrailers,
        };
        let Some((length, spans)) = section.read(input, config, limits)? else {
            return Ok(Step::More);
        };
        let text = input.split_to(length).freeze();
        self.state = State::End;
        if spans.is_empty() {
            return Ok(Step::Next(State::End));
        }
        Ok(Step::Piece(Piece::Trailers(Fields::parsed(text, spans))))
    }
}

/// What comes of a look at the input.
enum Step {
    Piece(Piece),
    Next(State),
    /// More input is wanted.
    More,
}

/// What is there of the `left` bytes, which is not nothing.
fn data(input: &mut BytesMut, left: &mut u64) -> Step {
    let length = input
        .len()
        .min(usize::try_from(*left).unwrap_or(usize::MAX));
    *left -= length as u64;
    Step::Piece(Piece::Data(input.split_to(length).freeze()))
}

/// `1*HEXDIG` at the front of `text`, and how many digits these are. Signs, `0x` and
/// numbers beyond 64 bits are none.
fn chunk_size(text: &[u8]) -> Result<(u64, usize), Error> {
    let mut size: u64 = 0;
    let mut digits = 0;
    while let Some(digit) = text.get(digits).and_then(|b| (*b as char).to_digit(16)) {
        let larger = size.checked_mul(16);
        let wrong = || Error::new(ErrorKind::ChunkSize, digits);
        size = larger.ok_or_else(wrong)? | u64::from(digit);
        digits += 1;
    }
    match digits {
        0 => Err(Error::new(ErrorKind::ChunkSize, 0)),
        _ => Ok((size, digits)),
    }
}

/// `*( ";" name [ "=" ( token / quoted-string ) ] )` (RFC 9112 §7.1.1), which nearly
/// nobody uses and which is checked all the same: what is skipped here could be read
/// there. The RFC has a recipient drop white space in between (RFC 9110 §5.6.3); only
/// `Lenient::chunk_spaces` does.
fn check_extensions(text: &[u8], mut at: usize, config: &Config) -> Result<(), Error> {
    let space = |at: usize| match config.lenient.chunk_spaces {
        true => at + chars::spaces(&text[at..]),
        false => at,
    };
    let token = |at: usize| match chars::count(TOKEN, &text[at..]) {
        0 => Err(Error::new(ErrorKind::ChunkExtension, at)),
        length => Ok(at + length),
    };
    at = space(at);
    if text.get(at).is_some_and(|byte| *byte != b';') {
        return Err(Error::new(ErrorKind::ChunkSize, at));
    }
    while at < text.len() {
        if text[at] != b';' {
            return Err(Error::new(ErrorKind::ChunkExtension, at));
        }
        at = space(token(space(at + 1))?);
        if text.get(at) != Some(&b'=') {
            continue;
        }
        at = space(at + 1);
        at = match text.get(at) {
            Some(b'"') => quoted(text, at)?,
            _ => token(at)?,
        };
        at = space(at);
    }
    Ok(())
}

/// Behind the quoted string that begins at `at` (RFC 9110 §5.6.4).
fn quoted(text: &[u8], mut at: usize) -> Result<usize, Error> {
    at += 1;
    loop {
        at += chars::count(QUOTED, &text[at..]);
        match text[at..] {
            [b'"', ..] => return Ok(at + 1),
            [b'\\', c, ..] if chars::is(QUOTED, c) || matches!(c, b'"' | b'\\') => {
                at += 2
            }
            _ => return Err(Error::new(ErrorKind::ChunkExtension, at)),
        }
    }
}

/// The line end behind the data of a chunk.
fn chunk_end(input: &mut BytesMut, config: &Config) -> Result<Step, Error> {
    let wrong = |at| Err(Error::new(ErrorKind::ChunkEnd, at));
    let length = match input[..] {
        [b'\r', b'\n', ..] => 2,
        [b'\r'] => return Ok(Step::More),
        [b'\r', _, ..] => return wrong(1),
        [b'\n', ..] if config.lenient.bare_lf => 1,
        [b'\n', ..] => {
            return Err(Error::new(ErrorKind::ChunkEnd, 0).reported("HPE_CR_EXPECTED"));
        }
        _ => return wrong(0),
    };
    input.advance(length);
    Ok(Step::Next(State::ChunkLine(Lines::default())))
}
