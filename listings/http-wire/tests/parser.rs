//! What follows a message, what a response depends on, and each leniency by itself.

mod common;

use bytes::BytesMut;
use common::error_of;
use http_wire::{
    Config, Error, ErrorKind, Event, Framing, Lenient, Method, Request, RequestParser,
    Response, ResponseParser, Target,
};

fn heads(bytes: &[u8], config: Config) -> Result<Vec<Request>, Error> {
    let mut parser = RequestParser::new(config);
    let mut input = BytesMut::from(bytes);
    let mut heads = Vec::new();
    while let Some(event) = parser.next(&mut input)? {
        if let Event::Head(head) = event {
            heads.push(head);
        }
    }
    Ok(heads)
}

fn head(bytes: impl AsRef<[u8]>) -> Request {
    heads(bytes.as_ref(), Config::default())
        .expect("a request")
        .remove(0)
}

fn text(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

#[test]
fn fields_keep_their_order_and_their_case() {
    let request = head(
        "GET / HTTP/1.1\r\nHost:a\r\nB: 1\r\na:  2 \t\r\nb: 3\r\nEmpty:\r\nLast:\t\r\n\r\n",
    );
    let all: Vec<String> = request
        .fields
        .iter()
        .map(|(name, value)| format!("{}={}", text(name), text(value)))
        .collect();
    assert_eq!(all, ["Host=a", "B=1", "a=2", "b=3", "Empty=", "Last="]);
    let both: Vec<&[u8]> = request.fields.get_all("B").collect();
    assert_eq!(both, [b"1", b"3"]);
    assert_eq!(request.fields.get("A"), Some(&b"2"[..]));
    assert!(!request.fields.contains("c"));
}

#[test]
fn lists_are_split_over_fields() {
    let request = head(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, ,Upgrade\r\nconnection: y,\r\n\
         Upgrade: websocket\r\n\r\n",
    );
    let members: Vec<&[u8]> = request.fields.list("connection").collect();
    assert_eq!(members, [&b"x"[..], b"Upgrade", b"y"]);
    assert_eq!(request.upgrade(), Some(&b"websocket"[..]));
}

#[test]
fn a_target_has_parts() {
    let of = |line: &str| head(format!("{line} HTTP/1.1\r\nHost: a\r\n\r\n")).target;
    let parts = |target: Target| {
        let or = |part: Option<&[u8]>| part.map_or("none".into(), text);
        let (path, query) = (text(target.path()), or(target.query()));
        (path, query, or(target.authority()))
    };
    let is = |a: &str, b: &str, c: &str| (a.to_string(), b.to_string(), c.to_string());
    assert_eq!(parts(of("GET /a/b?c?d")), is("/a/b", "c?d", "none"));
    assert_eq!(parts(of("GET /?")), is("/", "", "none"));
    assert_eq!(parts(of("GET //a")), is("//a", "none", "none"));
    assert_eq!(parts(of("GET http://h:1/a?b")), is("/a", "b", "h:1"));
    assert_eq!(parts(of("GET http://h?b")), is("/", "b", "h"));
    assert_eq!(
        parts(of("GET http://[::1]:80")),
        is("/", "none", "[::1]:80")
    );
    assert_eq!(parts(of("CONNECT h:1")), is("", "none", "h:1"));
    assert_eq!(parts(of("OPTIONS *")), is("*", "none", "none"));
}

#[test]
fn a_target_that_is_none() {
    let wrong = [
        "GET ",
        "GET a",
        "GET *",
        "GET http:/a",
        "GET http://",
        "GET http:///a",
        "GET 1http://a/",
        "GET http://a b/",
        "GET http://a@b/",
        "GET http://a:b/",
        "GET http://[::1/",
        "CONNECT /",
        "CONNECT a",
        "CONNECT a:",
        "CONNECT :1",
        "CONNECT a:0",
        "CONNECT a:65536",
        "CONNECT http://a:1/",
        "CONNECT a:+1",
        "OPTIONS **",
    ];
    for line in wrong {
        let bytes = format!("{line} HTTP/1.1\r\nHost: a\r\n\r\n");
        let kind = error_of(Config::default(), bytes).map(|error| error.0);
        let is_target = kind == Some(ErrorKind::Target);
        // A space inside is read as the end of the target.
        assert!(
            is_target || line.matches(' ').count() > 1,
            "{line}: {kind:?}"
        );
        assert!(kind.is_some(), "{line}");
    }
}

#[test]
fn a_host_that_is_none() {
    for host in [
        "a b",
        "a/b",
        "a@b",
        "a:b",
        "[",
        "[]",
        "[::1",
        "::1",
        "a\"",
        "\u{e9}",
        "[a]",
        "[1::2::3]",
        "[v1]",
        "[v.a]",
        "%4",
        "a%zz",
    ] {
        let bytes = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let error = error_of(Config::default(), bytes);
        assert_eq!(error.map(|e| e.0), Some(ErrorKind::Host), "{host}");
    }
    for host in [
        "",
        "a",
        "a:",
        "a:80",
        "[::1]",
        "[::1]:80",
        "[::ffff:1.2.3.4]",
        "[v1.a:b]",
        "1.2.3.4:5",
        "a_b",
        "%41",
    ] {
        let bytes = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert_eq!(error_of(Config::default(), bytes), None, "{host}");
    }
}

/// RFC 9110 §9.3.6: what stands behind a `CONNECT` is for the tunnel. With a length it
/// could be read as content, and Node does not.
#[test]
fn a_tunnel_has_no_content() {
    let connect = "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n";
    for field in ["Content-Length: 5", "Transfer-Encoding: chunked"] {
        let error = error_of(Config::default(), format!("{connect}{field}\r\n\r\n"));
        let at = connect.len() + field.find(' ').unwrap() + 1;
        let expected = (ErrorKind::ConnectContent, at as u64);
        assert_eq!(error, Some(expected), "{field}");
    }
    let none = format!("{connect}Content-Length: 0\r\n\r\n");
    assert_eq!(error_of(Config::default(), none), None);
}

/// Behind a request that closes comes nothing, and it is not kept either.
#[test]
fn nothing_follows_a_request_that_closes() {
    let mut parser = RequestParser::new(Config::default());
    let mut input = BytesMut::from(
        "GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\n",
    );
    assert!(matches!(parser.next(&mut input), Ok(Some(Event::Head(_)))));
    assert_eq!(parser.next(&mut input), Ok(Some(Event::End)));
    assert_eq!(parser.next(&mut input), Ok(None));
    assert!(input.is_empty() && !parser.is_between_messages());
    assert_eq!(parser.finish(), Ok(()));
}

/// What another parser may have read differently is the last message.
#[test]
fn nothing_follows_a_doubtful_request() {
    let lenient = Lenient {
        length_and_transfer_encoding: true,
        transfer_encoding_in_1_0: true,
        ..Lenient::default()
    };
    let config = Config {
        lenient,
        ..Config::default()
    };
    let next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
    for before in [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n",
        "POST / HTTP/1.0\r\nConnection: keep-alive\r\n",
    ] {
        let bytes =
            format!("{before}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{next}");
        let heads = heads(bytes.as_bytes(), config).expect("tolerated");
        assert_eq!(heads.len(), 1);
        assert_eq!(heads[0].framing, Framing::Chunked);
        assert!(!heads[0].keep_alive());
    }
}

#[test]
fn what_follows_an_upgrade_is_left_alone() {
    let mut parser = RequestParser::new(Config::default());
    let bytes =
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
    let mut input = BytesMut::from(&format!("{bytes}\0not HTTP")[..]);
    let Ok(Some(Event::Head(request))) = parser.next(&mut input) else {
        panic!("a head");
    };
    assert_eq!(request.upgrade(), Some(&b"x"[..]));
    parser.switch_protocols();
    assert_eq!(parser.next(&mut input), Ok(Some(Event::End)));
    assert_eq!(parser.next(&mut input), Ok(None));
    assert_eq!(&input[..], b"\0not HTTP");
    assert_eq!(parser.offset(), bytes.len() as u64);
}

/// An upgrade that is not taken up changes nothing; out of place, the call does
/// nothing.
#[test]
fn an_upgrade_may_be_ignored() {
    let mut parser = RequestParser::new(Config::default());
    parser.switch_protocols();
    let bytes =
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
    let mut input = BytesMut::from(&bytes.repeat(2)[..]);
    let mut heads = 0;
    while let Some(event) = parser.next(&mut input).expect("two requests") {
        heads += u32::from(matches!(event, Event::Head(_)));
    }
    assert_eq!(heads, 2);
    assert!(parser.is_between_messages());
}

#[test]
fn a_request_tells_where_it_is() {
    let mut parser = RequestParser::new(Config::default());
    let mut input = BytesMut::new();
    let mut feed = |parser: &mut RequestParser, bytes: &str| {
        input.extend_from_slice(bytes.as_bytes());
        parser.next(&mut input)
    };
    assert!(parser.is_between_messages());
    assert_eq!(feed(&mut parser, "\r\n"), Ok(None));
    assert!(parser.is_between_messages(), "an empty line is no head");
    assert_eq!(feed(&mut parser, "G"), Ok(None));
    assert!(!parser.is_between_messages());
    let truncated = parser.finish().expect_err("inside a head");
    assert_eq!(truncated.kind(), ErrorKind::Truncated);
    assert_eq!(truncated.code(), Some("HPE_INVALID_EOF_STATE"));
}

#[test]
fn expectations() {
    let expects = |fields: &str, version: &str| {
        let bytes = format!("POST / {version}\r\nHost: a\r\n{fields}\r\n");
        head(bytes).expects_continue()
    };
    let length = "Content-Length: 5\r\n";
    assert!(expects(
        &format!("{length}Expect: 100-Continue\r\n"),
        "HTTP/1.1"
    ));
    assert!(!expects(
        &format!("{length}Expect: 100-continue\r\n"),
        "HTTP/1.0"
    ));
    assert!(!expects(&format!("{length}Expect: tea\r\n"), "HTTP/1.1"));
    assert!(
        !expects("Expect: 100-continue\r\n", "HTTP/1.1"),
        "nothing to wait for"
    );
    assert!(!expects(length, "HTTP/1.1"));
}

fn responses(methods: &[Method], bytes: &str) -> Result<Vec<Response>, Error> {
    let mut parser = ResponseParser::new(Config::default());
    methods.iter().for_each(|method| parser.expect(method));
    let mut input = BytesMut::from(bytes);
    let mut heads = Vec::new();
    while let Some(event) = parser.next(&mut input)? {
        if let Event::Head(head) = event {
            heads.push(head);
        }
    }
    Ok(heads)
}

/// The same head means another end: it depends on what was asked, in order.
#[test]
fn responses_depend_on_their_requests() {
    let with_length = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    let bytes = format!("{with_length}{with_length}hi{with_length}");
    let methods = [Method::Head, Method::Get, Method::Head];
    let heads = responses(&methods, &bytes).expect("three responses");
    let framings: Vec<Framing> = heads.iter().map(|head| head.framing).collect();
    use Framing::{Empty, Length};
    assert_eq!(framings, [Empty, Length(2), Empty]);
}

#[test]
fn interim_responses_answer_nothing() {
    let bytes = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n\
                 HTTP/1.1 204 No Content\r\n\r\n";
    let heads = responses(&[Method::Post], bytes).expect("one response and two before");
    let interim: Vec<bool> = heads.iter().map(Response::is_interim).collect();
    assert_eq!(interim, [true, true, false]);
    assert_eq!(text(&heads[0].reason), "Continue");
}

/// The final response says whether the connection ends (RFC 9112 §9.6).
#[test]
fn a_close_in_an_interim_response_does_not_close() {
    let interim = "HTTP/1.1 103 Early Hints\r\nConnection: close\r\n\r\n";
    let bytes = format!("{interim}HTTP/1.1 204 \r\n\r\n");
    let heads = responses(&[Method::Get], &bytes).expect("two heads");
    let statuses: Vec<u16> = heads.iter().map(|head| head.status).collect();
    assert_eq!(statuses, [103, 204]);
}

#[test]
fn a_response_to_nothing_is_an_error() {
    let one = "HTTP/1.1 204 No Content\r\n\r\n";
    let error = responses(&[Method::Get], &one.repeat(2)).expect_err("one too many");
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
    assert_eq!(error.offset(), one.len() as u64);
}

#[test]
fn a_tunnel_and_a_switch_leave_the_rest() {
    for (method, head) in [
        (
            Method::Connect,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        ),
        (
            Method::Get,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        ),
    ] {
        let mut parser = ResponseParser::new(Config::default());
        parser.expect(&method);
        let mut input = BytesMut::from(&format!("{head}5\r\nrest")[..]);
        while parser.next(&mut input).expect("a response").is_some() {}
        assert!(parser.is_switched());
        assert_eq!(&input[..], b"5\r\nrest");
    }
}

/// A refused tunnel is a response like any other.
#[test]
fn a_refused_tunnel_has_content() {
    let bytes = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";
    let heads = responses(&[Method::Connect], bytes).expect("a response");
    assert_eq!(heads[0].framing, Framing::Length(2));
}

#[test]
fn the_end_of_the_connection_may_be_the_end_of_the_content() {
    let ends = |bytes: &str| {
        let mut parser = ResponseParser::new(Config::default());
        parser.expect(&Method::Get);
        let mut input = BytesMut::from(bytes);
        while parser.next(&mut input).expect("right so far").is_some() {}
        let end = parser.finish();
        end.map(|end| end.is_some()).map_err(|error| error.kind())
    };
    assert_eq!(ends("HTTP/1.1 200 OK\r\n\r\nhello"), Ok(true));
    assert_eq!(ends("HTTP/1.1 200 OK\r\n\r\n"), Ok(true));
    assert_eq!(
        ends("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        Ok(false)
    );
    assert_eq!(ends(""), Ok(false));
    let truncated = Err(ErrorKind::Truncated);
    assert_eq!(ends("HTTP/1.1 200 OK\r\n"), truncated);
    assert_eq!(
        ends("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"),
        truncated
    );
}

#[test]
fn a_status_line_that_is_none() {
    for line in [
        "HTTP/1.1",
        "HTTP/1.1 ",
        "HTTP/1.1 2",
        "HTTP/1.1 20",
        "HTTP/1.1 200",
        "HTTP/1.1 2000 OK",
        "HTTP/1.1 099 OK",
        "HTTP/1.1 2x0 OK",
        "HTTP/1.1  200 OK",
        "HTTP/1.1\t200 OK",
        "HTTP/2.0 200 OK",
        "http/1.1 200 OK",
        "HTTP/1.1 200 O\0K",
        "\r\nHTTP/1.1 200 OK",
    ] {
        let bytes = format!("{line}\r\n\r\n");
        assert!(responses(&[Method::Get], &bytes).is_err(), "{line:?}");
    }
}

/// Each leniency: an error without it, none with it alone.
#[test]
fn every_leniency_is_off_and_can_be_turned_on() {
    use ErrorKind as Kind;
    type Set = fn(&mut Lenient);
    let post = "POST / HTTP/1.1\r\nHost: a\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n";
    let cases: [(Kind, Set, String); 13] = [
        (
            Kind::BareLf,
            |l| l.bare_lf = true,
            "GET / HTTP/1.1\nHost: a\n\n".into(),
        ),
        (
            Kind::ObsFold,
            |l| l.obs_fold = true,
            format!("{post}X: a\r\n b\r\n\r\n"),
        ),
        (
            Kind::SpaceBeforeColon,
            |l| l.space_before_colon = true,
            format!("{post}X \t: a\r\n\r\n"),
        ),
        (
            Kind::FieldValue,
            |l| l.control_in_value = true,
            format!("{post}X: a\x01b\r\n\r\n"),
        ),
        (
            Kind::Target,
            |l| l.raw_target = true,
            "GET /{\"%\"} HTTP/1.1\r\nHost: a\r\n\r\n".into(),
        ),
        (
            Kind::UnsupportedVersion,
            |l| l.any_version = true,
            "GET / HTTP/3.0\r\nHost: a\r\n\r\n".into(),
        ),
        (
            Kind::MissingHost,
            |l| l.missing_host = true,
            "GET / HTTP/1.1\r\n\r\n".into(),
        ),
        (
            Kind::RepeatedHost,
            |l| l.odd_host = true,
            format!("{post}Host: b\r\n\r\n"),
        ),
        (
            Kind::LengthAndTransferEncoding,
            |l| l.length_and_transfer_encoding = true,
            format!("{post}Content-Length: 9\r\n{chunked}\r\n0\r\n\r\n"),
        ),
        (
            Kind::RepeatedContentLength,
            |l| l.equal_lengths = true,
            format!("{post}Content-Length: 2\r\nContent-Length: 2, 2\r\n\r\nhi"),
        ),
        (
            Kind::TransferEncoding,
            |l| l.transfer_encoding_in_1_0 = true,
            format!("POST / HTTP/1.0\r\n{chunked}\r\n0\r\n\r\n"),
        ),
        (
            Kind::UnsupportedCoding,
            |l| l.other_codings = true,
            format!("{post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        ),
        (
            Kind::ChunkSize,
            |l| l.chunk_spaces = true,
            format!("{post}{chunked}\r\n2 ; a = b \r\nhi\r\n0\r\n\r\n"),
        ),
    ];
    for (kind, set, bytes) in cases {
        let error = error_of(Config::default(), &bytes);
        assert_eq!(error.map(|e| e.0), Some(kind), "{bytes:?}");
        let mut config = Config::default();
        set(&mut config.lenient);
        assert_eq!(error_of(config, &bytes), None, "{bytes:?}");
    }
}

#[test]
fn a_status_line_without_a_reason_can_be_tolerated() {
    let lenient = Lenient {
        no_reason: true,
        ..Lenient::default()
    };
    let mut parser = ResponseParser::new(Config {
        lenient,
        ..Config::default()
    });
    parser.expect(&Method::Get);
    let mut input = BytesMut::from("HTTP/1.1 204\r\n\r\n");
    assert!(matches!(parser.next(&mut input), Ok(Some(Event::Head(_)))));
}

/// A leniency does not open more than its name says.
#[test]
fn leniencies_stay_narrow() {
    let post = "POST / HTTP/1.1\r\nHost: a\r\n";
    let with = |set: fn(&mut Lenient), bytes: String| {
        let mut config = Config::default();
        set(&mut config.lenient);
        error_of(config, bytes).map(|error| error.0)
    };
    let other_length =
        format!("{post}Content-Length: 2\r\nContent-Length: 3\r\n\r\nhey");
    let error = with(|l| l.equal_lengths = true, other_length);
    assert_eq!(error, Some(ErrorKind::RepeatedContentLength));
    for value in ["a\0b", "a\rb"] {
        let bytes = format!("{post}X: {value}\r\n\r\n");
        assert!(
            with(|l| l.control_in_value = true, bytes).is_some(),
            "{value:?}"
        );
    }
    let gzip = format!("{post}Transfer-Encoding: gzip\r\n\r\n");
    let error = with(|l| l.other_codings = true, gzip);
    assert_eq!(error, Some(ErrorKind::TransferEncoding));
    let first = "GET / HTTP/1.1\r\n Host: a\r\n\r\n".into();
    let error = with(|l| l.obs_fold = true, first);
    assert_eq!(error, Some(ErrorKind::SpaceBeforeFields));
}

#[test]
fn a_fold_becomes_spaces() {
    let mut config = Config::default();
    config.lenient.obs_fold = true;
    let bytes = b"GET / HTTP/1.1\r\nHost: a\r\nX: one\r\n two\r\n\tthree\r\n \r\nY:\r\n z\r\n\r\n";
    let request = heads(bytes, config).expect("folded").remove(0);
    assert_eq!(
        request.fields.get("x").map(text).unwrap(),
        "one   two   three"
    );
    assert_eq!(request.fields.get("y").map(text).unwrap(), "z");
    assert_eq!(request.fields.len(), 3);
}

/// What the writer refuses must be found here too: no value holds a line end.
#[test]
fn no_value_holds_a_line_end() {
    let mut config = Config::default();
    config.lenient.obs_fold = true;
    config.lenient.bare_lf = true;
    let bytes = b"GET / HTTP/1.1\nHost: a\nX: one\n two\r\n\n";
    for request in heads(bytes, config).expect("folded") {
        for (_, value) in request.fields.iter() {
            assert!(!value.contains(&b'\n') && !value.contains(&b'\r'));
        }
    }
}
