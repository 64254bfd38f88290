//! Answers that look right and are not: the checks of the exercises refuse them. Beside
//! each stands the same answer without its mistake, which they take.

#[path = "../exercises/checks/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "only the checks are of interest here"
)]
mod checks;

use checks::modify::slow_peer;
use checks::rebuild::chunked;
use checks::solution::modify_content_end as content_end;
use checks::{Buffer, ChunkedDecoder, Decoded, Ends, HeadFinder};

/// Where `RESTARTS`, a byte that does not continue the end of a head begins none either.
#[derive(Default)]
struct Matcher<const RESTARTS: bool> {
    looked: usize,
    matched: usize,
}

impl<const RESTARTS: bool> HeadFinder for Matcher<RESTARTS> {
    fn find(&mut self, buffer: &Buffer) -> Option<usize> {
        let end = b"\r\n\r\n";
        while self.looked < buffer.len() && self.matched < end.len() {
            let byte = buffer.byte(self.looked);
            self.looked += 1;
            self.matched = match byte == end[self.matched] {
                true => self.matched + 1,
                false => usize::from(!RESTARTS && byte == end[0]),
            };
        }
        (self.matched == end.len()).then_some(self.looked)
    }
}

#[test]
fn an_end_that_begins_anew_is_found() {
    assert_eq!(slow_peer::<Matcher<false>>(), Ok(()));
    let wrong = slow_peer::<Matcher<true>>().expect_err("it misses ends");
    assert!(wrong.contains("\\r\\r\\n\\r\\n"), "{wrong}");
}

/// By RFC 9112 §6.3 alone, where http-wire is stricter.
fn last_is_chunked(fields: &[(&str, &str)]) -> Ends {
    match fields {
        [(name, value)] if name.eq_ignore_ascii_case("transfer-encoding") => {
            let codings = value.split(',').map(|coding| coding.trim());
            let chunked: Vec<bool> =
                codings.map(|c| c.eq_ignore_ascii_case("chunked")).collect();
            match chunked[..] {
                [ref others @ .., true] if !others.contains(&true) => {
                    Ends::WithLastChunk
                }
                _ => Ends::Refused,
            }
        }
        _ => content_end::ends(fields),
    }
}

/// A value that is empty, taken for no value.
fn empty_is_none(fields: &[(&str, &str)]) -> Ends {
    let there: Vec<(&str, &str)> = fields
        .iter()
        .copied()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    content_end::ends(&there)
}

/// Names that only end like the two that count.
fn ends_in_the_name(fields: &[(&str, &str)]) -> Ends {
    let renamed: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.trim_start_matches("X-"), *value))
        .collect();
    content_end::ends(&renamed)
}

#[test]
fn a_content_that_ends_in_two_places_is_refused() {
    let check = checks::modify::content_end;
    assert_eq!(check(content_end::ends), Ok(()));
    let wrong = check(last_is_chunked).expect_err("a coding that nobody undoes");
    assert!(wrong.contains("gzip, chunked"), "{wrong}");
    check(empty_is_none).expect_err("no number is no length");
    check(ends_in_the_name).expect_err("another field");
}

const RIGHT: u8 = 0;
const SKIPS_EXTENSIONS: u8 = 1;
const ENDS_TRAILERS_AT_LF: u8 = 2;

/// Gathers all bytes and decodes them anew each time, with one `MISTAKE` or none.
#[derive(Default)]
struct Gathering<const MISTAKE: u8> {
    all: Vec<u8>,
    given: usize,
}

impl<const MISTAKE: u8> ChunkedDecoder for Gathering<MISTAKE> {
    fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<Decoded, ()> {
        self.all.extend_from_slice(bytes);
        let (data, rest) = decode::<MISTAKE>(&self.all)?;
        out.extend_from_slice(&data[self.given..]);
        self.given = data.len();
        Ok(rest.map_or(Decoded::More, |left| Decoded::Done { left }))
    }
}

/// The data, and how much is left behind the end if that is there.
fn decode<const MISTAKE: u8>(mut rest: &[u8]) -> Result<(Vec<u8>, Option<usize>), ()> {
    let mut data = Vec::new();
    while let Some((line, after)) = line(rest) {
        let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        let number = str::from_utf8(&line[..digits]).map_err(|_| ())?;
        let size = usize::from_str_radix(number, 16).map_err(|_| ())?;
        match line[digits..] {
            [b';', ..] if MISTAKE == SKIPS_EXTENSIONS => {}
            [b';', ..] | [b'\r'] => ends_in_cr(&line[digits..])?,
            _ => return Err(()),
        }
        if size == 0 {
            return Ok((data, trailers::<MISTAKE>(after)?));
        }
        let there = size.min(after.len());
        data.extend_from_slice(&after[..there]);
        rest = match &after[there..] {
            [] | [b'\r'] => break,
            [b'\r', b'\n', next @ ..] => next,
            _ => return Err(()),
        };
    }
    Ok((data, None))
}

fn trailers<const MISTAKE: u8>(mut rest: &[u8]) -> Result<Option<usize>, ()> {
    while let Some((line, after)) = line(rest) {
        match line {
            [b'\r'] => return Ok(Some(after.len())),
            [] => return Err(()),
            _ if MISTAKE == ENDS_TRAILERS_AT_LF => {}
            _ => ends_in_cr(line)?,
        }
        rest = after;
    }
    Ok(None)
}

/// What stands before the first LF, and what behind it.
fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

fn ends_in_cr(line: &[u8]) -> Result<(), ()> {
    let text = line.strip_suffix(b"\r").ok_or(())?;
    let is_control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
    if text.iter().any(is_control) {
        return Err(());
    }
    Ok(())
}

#[test]
fn what_is_dropped_ends_all_the_same() {
    assert_eq!(chunked::<Gathering<RIGHT>>(), Ok(()));
    let wrong = chunked::<Gathering<SKIPS_EXTENSIONS>>().expect_err("LF alone");
    assert!(wrong.contains(r"5;a\nhello"), "{wrong}");
    let wrong = chunked::<Gathering<ENDS_TRAILERS_AT_LF>>().expect_err("LF alone");
    assert!(wrong.contains(r"Sum: 1\n"), "{wrong}");
}
