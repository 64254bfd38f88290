//! Reads bytes that come in pieces, and tells what was found.

#![allow(dead_code, reason = "no test uses all of it")]

use bytes::BytesMut;
use http_wire::{Config, Error, ErrorKind, Event, RequestParser, ResponseParser};
use std::fmt::Debug;

/// What the two parsers have in common.
pub trait Parser {
    type Head: Debug;
    fn next(
        &mut self,
        input: &mut BytesMut,
    ) -> Result<Option<Event<Self::Head>>, Error>;
    fn finish(&mut self) -> Result<bool, Error>;
}

impl Parser for RequestParser {
    type Head = http_wire::Request;

    fn next(
        &mut self,
        input: &mut BytesMut,
    ) -> Result<Option<Event<Self::Head>>, Error> {
        RequestParser::next(self, input)
    }

    fn finish(&mut self) -> Result<bool, Error> {
        RequestParser::finish(self).map(|()| false)
    }
}

impl Parser for ResponseParser {
    type Head = http_wire::Response;

    fn next(
        &mut self,
        input: &mut BytesMut,
    ) -> Result<Option<Event<Self::Head>>, Error> {
        ResponseParser::next(self, input)
    }

    fn finish(&mut self) -> Result<bool, Error> {
        ResponseParser::finish(self).map(|event| event.is_some())
    }
}

/// What was found, however it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Heads, contents, trailers and ends, one a line; data in one piece.
    pub lines: Vec<String>,
    pub error: Option<(ErrorKind, u64)>,
    /// What was left of the input, if nothing was wrong.
    pub left: Vec<u8>,
}

/// Reads `pieces` and then the end of the connection.
pub fn read<'a, P: Parser>(
    mut parser: P,
    config: &Config,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Found {
    let (mut found, mut data) = (Found::default(), Vec::new());
    let mut input = BytesMut::new();
    let result = pieces.into_iter().try_for_each(|piece| {
        input.extend_from_slice(piece);
        while let Some(event) = parser.next(&mut input)? {
            found.add(event, &mut data);
        }
        assert!(
            input.len() <= most(config),
            "{} bytes are kept: {:?}",
            input.len(),
            input
        );
        Ok(())
    });
    let result = result.and_then(|()| parser.finish());
    match result {
        Ok(ends) => {
            if ends {
                found.add(Event::<()>::End, &mut data);
            }
            found.left = input.to_vec();
        }
        Err(error) => found.error = Some((error.kind(), error.offset())),
    }
    found.flush(&mut data);
    found
}

/// The most that a parser may leave in its input.
fn most(config: &Config) -> usize {
    let l = &config.limits;
    let sizes = [l.start_line, l.head_bytes, l.chunk_line, l.trailer_bytes, 2];
    sizes.into_iter().max().unwrap_or(0) as usize
}

impl Found {
    fn add<H: Debug>(&mut self, event: Event<H>, data: &mut Vec<u8>) {
        match event {
            Event::Data(piece) => {
                assert!(!piece.is_empty(), "data is never empty");
                data.extend(piece);
                return;
            }
            _ => self.flush(data),
        }
        self.lines.push(match event {
            Event::Head(head) => format!("{head:?}"),
            Event::Trailers(fields) => format!("trailers {fields:?}"),
            _ => "end".into(),
        });
    }

    fn flush(&mut self, data: &mut Vec<u8>) {
        if !data.is_empty() {
            self.lines.push(format!("data {}", data.escape_ascii()));
            data.clear();
        }
    }
}

/// The error in `bytes`, sent as requests with `config`.
pub fn error_of(config: Config, bytes: impl AsRef<[u8]>) -> Option<(ErrorKind, u64)> {
    read(RequestParser::new(config), &config, [bytes.as_ref()]).error
}

/// `bytes` in two pieces.
pub fn halves(bytes: &[u8], cut: usize) -> [&[u8]; 2] {
    [&bytes[..cut], &bytes[cut..]]
}
