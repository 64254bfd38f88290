//! What is written is read again as what was meant; what could be read as something
//! else is not written.

use bytes::{Bytes, BytesMut};
use http_wire::write::{self, WriteError};
use http_wire::{
    Config, Event, FieldError, Fields, Framing, Method, Request, RequestParser,
    Response, ResponseParser, Target, Version,
};
use proptest::prelude::*;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in pairs {
        fields.push(name, value).expect("a field");
    }
    fields
}

fn request(pairs: &[(&str, &str)], framing: Framing) -> Request {
    Request {
        method: Method::Post,
        target: Target::Origin(Bytes::from_static(b"/")),
        version: Version::HTTP_11,
        fields: fields(pairs),
        framing,
    }
}

#[test]
fn a_head_is_written_whole_or_not_at_all() {
    let mut out = BytesMut::from("before ");
    let head = request(
        &[("Host", "a"), ("Content-Length", "5")],
        Framing::Length(5),
    );
    write::request(&mut out, &head).expect("a request");
    let text = "before POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
    assert_eq!(out, text);
    let mut split = head.clone();
    split.target = Target::Origin(Bytes::from_static(b"/ HTTP/1.1\r\nX: y\r\n\r\n"));
    assert_eq!(write::request(&mut out, &split), Err(WriteError::Target));
    assert_eq!(out, text);
}

#[test]
fn a_framing_that_the_fields_do_not_say_is_refused() {
    let host = ("Host", "a");
    let length = ("Content-Length", "5");
    let chunked = ("Transfer-Encoding", "chunked");
    let refused = |pairs: &[(&str, &str)], framing| {
        write::request(&mut BytesMut::new(), &request(pairs, framing)).err()
    };
    let wrong = Some(WriteError::Framing);
    assert_eq!(refused(&[host, length], Framing::Length(6)), wrong);
    assert_eq!(refused(&[host, length], Framing::Chunked), wrong);
    assert_eq!(refused(&[host], Framing::Chunked), wrong);
    assert_eq!(refused(&[host], Framing::UntilClose), wrong);
    assert_eq!(refused(&[host, length, chunked], Framing::Chunked), wrong);
    assert_eq!(refused(&[host, length, length], Framing::Length(5)), wrong);
    assert_eq!(refused(&[], Framing::Empty), Some(WriteError::Host));
    assert_eq!(
        refused(&[host, host], Framing::Empty),
        Some(WriteError::Host)
    );
    assert_eq!(refused(&[host, chunked], Framing::Chunked), None);
}

/// A recipient that knows the method does not look at these fields; another one does.
#[test]
fn a_response_without_content_is_written_without_doubt() {
    let length = ("Content-Length", "5");
    let chunked = ("Transfer-Encoding", "chunked");
    let refused = |status, pairs: &[(&str, &str)], method: &Method| {
        let head = Response {
            status,
            reason: Bytes::new(),
            version: Version::HTTP_11,
            fields: fields(pairs),
            framing: Framing::Empty,
        };
        let mut out = BytesMut::new();
        let written = write::response(&mut out, &head, method);
        assert_eq!(written.is_err(), out.is_empty());
        written.err()
    };
    let wrong = Some(WriteError::Framing);
    for field in [length, chunked] {
        assert_eq!(refused(204, &[field], &Method::Get), wrong);
        assert_eq!(refused(103, &[field], &Method::Get), wrong);
        assert_eq!(refused(200, &[field], &Method::Connect), wrong);
        assert_eq!(refused(304, &[field], &Method::Get), None);
        assert_eq!(refused(200, &[field], &Method::Head), None);
    }
    assert_eq!(refused(304, &[length, chunked], &Method::Get), wrong);
    assert_eq!(refused(200, &[length, length], &Method::Head), wrong);
}

#[test]
fn a_version_that_is_not_1_is_not_written() {
    let mut out = BytesMut::new();
    for (major, minor) in [(0, 9), (2, 0), (11, 1), (1, 10)] {
        let version = Version { major, minor };
        let wrong = Err(WriteError::Version);
        let written = write::request_line(&mut out, &Method::Get, b"/", version);
        assert_eq!(written, wrong, "{version}");
        assert_eq!(write::status_line(&mut out, version, 200, b""), wrong);
    }
    assert!(out.is_empty());
}

/// Response splitting: a value from a query that ends the line.
#[test]
fn a_line_end_in_a_field_is_refused() {
    let mut all = Fields::new();
    for value in ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\0b", "\x7f"] {
        assert_eq!(all.push("X", value), Err(FieldError::Value), "{value:?}");
        let mut out = BytesMut::new();
        let written = write::field(&mut out, b"X", value.as_bytes());
        assert_eq!(written, Err(FieldError::Value));
        assert!(out.is_empty());
    }
    for name in ["", "a b", "a:", "a\r\n", "\u{e9}", "a\0"] {
        assert_eq!(all.push(name, "v"), Err(FieldError::Name), "{name:?}");
    }
    assert!(all.is_empty());
    let mut out = BytesMut::new();
    let line = write::status_line(&mut out, Version::HTTP_11, 200, b"OK\r\nX: y");
    assert_eq!(line, Err(WriteError::Reason));
    let line = write::status_line(&mut out, Version::HTTP_11, 99, b"");
    assert_eq!(line, Err(WriteError::Status));
    assert!(out.is_empty());
}

#[test]
fn chunks() {
    let mut out = BytesMut::new();
    write::chunk(&mut out, b"hello");
    write::chunk(&mut out, b"");
    write::chunk(&mut out, &[b'x'; 300]);
    let begin = b"5\r\nhello\r\n12c\r\nxxx";
    assert_eq!(&out[..begin.len()], begin);
    out.clear();
    write::chunk_line(&mut out, 0);
    assert!(out.is_empty(), "a size of 0 would be the last chunk");
    write::chunk_line(&mut out, u64::MAX);
    assert_eq!(&out[..], b"ffffffffffffffff\r\n");
    out.clear();
    write::last_chunk(&mut out, &fields(&[("Sum", "1")])).expect("a trailer");
    assert_eq!(&out[..], b"0\r\nSum: 1\r\n\r\n");
    out.clear();
    for name in ["Content-Length", "transfer-encoding", "Host", "Trailer"] {
        let refused = write::last_chunk(&mut out, &fields(&[(name, "1")]));
        assert_eq!(refused, Err(WriteError::Trailer), "{name}");
    }
    assert!(out.is_empty());
}

/// Fields that came from a parser and fields that were added.
#[test]
fn fields_of_two_buffers() {
    let mut parser = RequestParser::new(Config::default());
    let mut input = BytesMut::from("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n");
    let Ok(Some(Event::Head(mut head))) = parser.next(&mut input) else {
        panic!("a head");
    };
    head.fields.push("Via", "1.1 me").expect("a field");
    head.fields.push("Empty", "").expect("a field");
    let mut out = BytesMut::new();
    write::request(&mut out, &head).expect("a request");
    let text = "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nVia: 1.1 me\r\nEmpty: \r\n\r\n";
    assert_eq!(out, text);
}

fn token() -> impl Strategy<Value = String> {
    "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}"
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![Just(b'\t'), 0x20..=0x7e_u8, 0x80..=0xff_u8];
    prop::collection::vec(byte, 0..20)
}

/// Fields, none of which says anything about the framing.
fn some_fields() -> impl Strategy<Value = Fields> {
    let named =
        (token(), value()).prop_map(|(name, value)| (format!("X-{name}"), value));
    prop::collection::vec(named, 0..6).prop_map(|pairs| {
        let mut fields = Fields::new();
        for (name, value) in pairs {
            fields.push(name, value).expect("a field");
        }
        fields
    })
}

fn framing() -> impl Strategy<Value = Framing> {
    prop_oneof![
        Just(Framing::Empty),
        (0..100_000_u64).prop_map(Framing::Length),
        Just(Framing::Chunked),
    ]
}

fn add_framing(fields: &mut Fields, framing: Framing) {
    match framing {
        Framing::Length(length) => {
            fields
                .push("Content-Length", length.to_string())
                .expect("a field");
        }
        Framing::Chunked => {
            fields
                .push("Transfer-Encoding", "chunked")
                .expect("a field");
        }
        Framing::Empty | Framing::UntilClose => {}
    }
}

proptest! {
    #[test]
    fn a_request_comes_back(
        method in token(),
        path in "/[a-zA-Z0-9._~/-]{0,20}(\\?[a-z=&]{0,10})?",
        mut all in some_fields(),
        framing in framing(),
    ) {
        all.push("Host", "example.com").expect("a field");
        add_framing(&mut all, framing);
        let method = Method::new(method.as_bytes()).expect("a token");
        let connect = method == Method::Connect;
        let target = match connect {
            true => Target::Authority(Bytes::from_static(b"example.com:443")),
            false => Target::Origin(Bytes::from(path)),
        };
        let version = Version::HTTP_11;
        let head = Request { method, target, version, fields: all, framing };
        let mut out = BytesMut::new();
        write::request(&mut out, &head).expect("a request");
        let read = RequestParser::new(Config::default()).next(&mut out);
        prop_assert_eq!(read, Ok(Some(Event::Head(head))));
        prop_assert!(out.is_empty());
    }

    #[test]
    fn a_response_comes_back(
        status in 200..1000_u16,
        reason in "[a-zA-Z ]{0,10}",
        mut all in some_fields(),
        framing in framing(),
    ) {
        if status != 204 {
            add_framing(&mut all, framing);
        }
        let has_none = status == 204 || status == 304;
        let framing = match framing {
            _ if has_none => Framing::Empty,
            Framing::Empty => Framing::UntilClose,
            framing => framing,
        };
        let head = Response {
            status,
            reason: Bytes::from(reason),
            version: Version::HTTP_11,
            fields: all,
            framing,
        };
        let mut out = BytesMut::new();
        write::response(&mut out, &head, &Method::Get).expect("a response");
        let mut parser = ResponseParser::new(Config::default());
        parser.expect(&Method::Get);
        prop_assert_eq!(parser.next(&mut out), Ok(Some(Event::Head(head))));
    }

    /// Content in chunks of any sizes, with trailers, comes back as one.
    #[test]
    fn chunked_content_comes_back(
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..6),
        trailers in some_fields(),
    ) {
        let head = request(
            &[("Host", "a"), ("Transfer-Encoding", "chunked")],
            Framing::Chunked,
        );
        let mut out = BytesMut::new();
        write::request(&mut out, &head).expect("a request");
        for piece in &pieces {
            write::chunk(&mut out, piece);
        }
        write::last_chunk(&mut out, &trailers).expect("trailers");
        let mut parser = RequestParser::new(Config::default());
        let (mut content, mut read) = (Vec::new(), Fields::new());
        let mut ends = 0;
        while let Some(event) = parser.next(&mut out).expect("a request") {
            match event {
                Event::Data(data) => content.extend(data),
                Event::Trailers(fields) => read = fields,
                Event::End => ends += 1,
                Event::Head(_) => {}
            }
        }
        prop_assert_eq!((content, read, ends), (pieces.concat(), trailers, 1));
    }
}
