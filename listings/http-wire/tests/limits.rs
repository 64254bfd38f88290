//! Every limit: what has exactly so much passes, one more does not, and the error
//! stands where the limit is.

mod common;

use common::{error_of, read};
use http_wire::{Config, ErrorKind, Limits, RequestParser};

fn limited(change: impl FnOnce(&mut Limits)) -> Config {
    let mut config = Config::default();
    change(&mut config.limits);
    config
}

const HEAD: &str = "POST / HTTP/1.1\r\nHost: a\r\n";
const CHUNKED: &str = "Transfer-Encoding: chunked\r\n\r\n";

/// `bytes` pass with `exact`; with one less they are an error of `kind` at `offset`.
fn at_and_one_over(
    bytes: &str,
    exact: u32,
    set: impl Fn(&mut Limits, u32),
    (kind, status, offset): (ErrorKind, u16, usize),
) {
    let exactly = limited(|limits| set(limits, exact));
    assert_eq!(error_of(exactly, bytes), None, "{kind:?} at the limit");
    let less = limited(|limits| set(limits, exact - 1));
    let error = error_of(less, bytes);
    assert_eq!(error, Some((kind, offset as u64)), "one byte over");
    let single = bytes.as_bytes().chunks(1);
    let found = read(RequestParser::new(less), &less, single);
    assert_eq!(found.error, error, "byte by byte");
    let mut parser = RequestParser::new(less);
    let mut input = bytes::BytesMut::from(bytes);
    let mut next = || parser.next(&mut input);
    let error = std::iter::repeat_with(&mut next)
        .find_map(Result::err)
        .unwrap();
    assert_eq!(error.status(), status);
    assert_eq!(next(), Err(error), "an error stays");
}

#[test]
fn start_line() {
    let bytes = format!("{HEAD}\r\n");
    let line = "POST / HTTP/1.1\r\n".len();
    at_and_one_over(
        &bytes,
        line as u32,
        |limits, n| limits.start_line = n,
        (ErrorKind::StartLineTooLong, 414, line - 1),
    );
}

/// As soon as a line cannot end within its limit, it is an error: a peer that stops
/// there is not waited for.
#[test]
fn a_line_that_cannot_end_in_time_is_not_waited_for() {
    let config = limited(|limits| limits.start_line = 20);
    let line = format!("GET /{}", "a".repeat(15));
    assert_eq!(line.len(), 20);
    let mut parser = RequestParser::new(config);
    let mut input = bytes::BytesMut::from(&line[..19]);
    assert_eq!(parser.next(&mut input), Ok(None));
    input.extend_from_slice(&line.as_bytes()[19..]);
    let error = parser
        .next(&mut input)
        .expect_err("its LF would be the 21st byte");
    assert_eq!(error.kind(), ErrorKind::StartLineTooLong);
    assert_eq!(error.offset(), 20);
}

#[test]
fn head_bytes() {
    let bytes = format!("{HEAD}\r\n");
    at_and_one_over(
        &bytes,
        bytes.len() as u32,
        |limits, n| limits.head_bytes = n,
        (ErrorKind::HeadTooLarge, 431, bytes.len() - 1),
    );
}

/// Empty lines before a head are not free.
#[test]
fn head_bytes_with_empty_lines() {
    let bytes = format!("\r\n\r\n{HEAD}\r\n");
    at_and_one_over(
        &bytes,
        bytes.len() as u32,
        |limits, n| limits.head_bytes = n,
        (ErrorKind::HeadTooLarge, 431, bytes.len() - 1),
    );
    let endless = "\r\n".repeat(10_000);
    let error = error_of(Config::default(), endless);
    assert_eq!(error, Some((ErrorKind::HeadTooLarge, 16_384)));
}

/// Each head has the whole limit, whatever stood before the one before.
#[test]
fn empty_lines_count_for_the_head_behind_them() {
    let bytes = format!("\r\n\r\n{HEAD}\r\n");
    let exactly = limited(|limits| limits.head_bytes = bytes.len() as u32);
    assert_eq!(error_of(exactly, bytes.repeat(3)), None);
}

#[test]
fn field_count() {
    let bytes = format!("{HEAD}A: 1\r\nB: 2\r\n\r\n");
    at_and_one_over(
        &bytes,
        3,
        |limits, n| limits.field_count = n,
        (ErrorKind::TooManyFields, 431, HEAD.len() + 6),
    );
}

#[test]
fn chunk_line() {
    let bytes = format!("{HEAD}{CHUNKED}5;ab=cd\r\nhello\r\n0\r\n\r\n");
    let line = "5;ab=cd\r\n".len();
    at_and_one_over(
        &bytes,
        line as u32,
        |limits, n| limits.chunk_line = n,
        (
            ErrorKind::ChunkLineTooLong,
            413,
            HEAD.len() + CHUNKED.len() + line - 1,
        ),
    );
}

/// Zeros before a size are a way to send bytes for ever.
#[test]
fn chunk_line_of_zeros() {
    let zeros = "0".repeat(5_000);
    let error = error_of(Config::default(), format!("{HEAD}{CHUNKED}{zeros}"));
    assert_eq!(error.map(|e| e.0), Some(ErrorKind::ChunkLineTooLong));
}

#[test]
fn chunk_extensions_of_a_message() {
    let bytes = format!("{HEAD}{CHUNKED}1;abc\r\nx\r\n1;abc\r\ny\r\n0\r\n\r\n");
    let second = "1;abc\r\nx\r\n1".len();
    at_and_one_over(
        &bytes,
        8,
        |limits, n| limits.chunk_extensions = n,
        (
            ErrorKind::ChunkExtensionsTooLarge,
            413,
            HEAD.len() + CHUNKED.len() + second,
        ),
    );
}

/// Zeros before the size of each chunk do not count as content either.
#[test]
fn zeros_before_the_sizes_of_a_message() {
    let bytes = format!("{HEAD}{CHUNKED}001\r\nx\r\n001\r\ny\r\n00\r\n\r\n");
    let third = "001\r\nx\r\n001\r\ny\r\n00".len();
    at_and_one_over(
        &bytes,
        5,
        |limits, n| limits.chunk_extensions = n,
        (
            ErrorKind::ChunkExtensionsTooLarge,
            413,
            HEAD.len() + CHUNKED.len() + third,
        ),
    );
}

#[test]
fn trailer_bytes() {
    let before = format!("{HEAD}{CHUNKED}0\r\n");
    let bytes = format!("{before}A: b\r\n\r\n");
    at_and_one_over(
        &bytes,
        8,
        |limits, n| limits.trailer_bytes = n,
        (ErrorKind::TrailersTooLarge, 431, before.len() + 7),
    );
}

#[test]
fn trailer_count() {
    let before = format!("{HEAD}{CHUNKED}0\r\n");
    let bytes = format!("{before}A: b\r\nC: d\r\n\r\n");
    at_and_one_over(
        &bytes,
        2,
        |limits, n| limits.trailer_count = n,
        (ErrorKind::TooManyTrailers, 431, before.len() + 6),
    );
}

#[test]
fn body_by_length() {
    let bytes = format!("{HEAD}Content-Length: 5\r\n\r\nhello");
    at_and_one_over(
        &bytes,
        5,
        |limits, n| limits.body = n.into(),
        (
            ErrorKind::BodyTooLarge,
            413,
            HEAD.len() + "Content-Length: ".len(),
        ),
    );
}

#[test]
fn body_by_chunks() {
    let bytes = format!("{HEAD}{CHUNKED}3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
    let second = "3\r\nhel\r\n".len();
    at_and_one_over(
        &bytes,
        5,
        |limits, n| limits.body = n.into(),
        (
            ErrorKind::BodyTooLarge,
            413,
            HEAD.len() + CHUNKED.len() + second,
        ),
    );
}

/// A chunk that would overflow a sum of sizes.
#[test]
fn body_by_chunks_does_not_overflow() {
    let huge = "ffffffffffffffff";
    let bytes = format!("{HEAD}{CHUNKED}1\r\nx\r\n{huge}\r\n");
    let error = error_of(Config::default(), bytes);
    assert_eq!(error.map(|e| e.0), Some(ErrorKind::BodyTooLarge));
}

#[test]
fn body_until_close() {
    let config = limited(|limits| limits.body = 5);
    let read = |bytes: &str| {
        let mut parser = http_wire::ResponseParser::new(config);
        parser.expect(&http_wire::Method::Get);
        read(parser, &config, [bytes.as_bytes()]).error
    };
    let head = "HTTP/1.1 200 OK\r\n\r\n";
    assert_eq!(read(&format!("{head}hello")), None);
    let over = (ErrorKind::BodyTooLarge, head.len() as u64 + 5);
    assert_eq!(read(&format!("{head}hello!")), Some(over));
}
