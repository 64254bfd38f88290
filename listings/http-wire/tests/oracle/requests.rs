//! Twins that read requests.

use bytes::BytesMut;
use http_wire::{
    Config, Error, Event, Lenient, Method, Request, RequestParser, Version,
};
use std::fmt::Write;

/// The methods of `http.METHODS`. RFC 9110 §9.1 leaves them to the server; llhttp has
/// this list in its grammar.
const METHODS: [&str; 35] = [
    "ACL",
    "BIND",
    "CHECKOUT",
    "CONNECT",
    "COPY",
    "DELETE",
    "GET",
    "HEAD",
    "LINK",
    "LOCK",
    "M-SEARCH",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MOVE",
    "NOTIFY",
    "OPTIONS",
    "PATCH",
    "POST",
    "PROPFIND",
    "PROPPATCH",
    "PURGE",
    "PUT",
    "QUERY",
    "REBIND",
    "REPORT",
    "SEARCH",
    "SOURCE",
    "SUBSCRIBE",
    "TRACE",
    "UNBIND",
    "UNLINK",
    "UNLOCK",
    "UNSUBSCRIBE",
];

/// All events of `bytes`, and how it ends.
fn read(
    bytes: &str,
    config: Config,
    mut event: impl FnMut(Event<Request>),
) -> Result<(), Error> {
    let mut parser = RequestParser::new(config);
    let mut input = BytesMut::from(bytes);
    while let Some(next) = parser.next(&mut input)? {
        event(next);
    }
    parser.finish()
}

// ANCHOR: smuggling
pub fn smuggling(out: &mut String) {
    let head = "POST / HTTP/1.1\r\nHost: a\r\n";
    let length = "Content-Length: 5\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n";
    let twice = "Transfer-Encoding: chunked, chunked\r\n";
    let cases = [
        ("length and chunked", format!("{head}{length}{chunked}\r\n")),
        ("chunked and length", format!("{head}{chunked}{length}\r\n")),
        (
            "two lengths",
            format!("{head}{length}Content-Length: 6\r\n\r\n"),
        ),
        ("signed length", format!("{head}Content-Length: +5\r\n\r\n")),
        ("chunked twice", format!("{head}{twice}\r\n")),
        (
            "space before colon",
            format!("{head}Content-Length : 5\r\n\r\n"),
        ),
        ("folded field", format!("{head}X: a\r\n b\r\n\r\n")),
        ("NUL in value", format!("{head}X: a\0b\r\n\r\n")),
        ("CR in value", format!("{head}X: a\r{length}\r\n")),
        (
            "LF in request line",
            "GET / HTTP/1.1\nHost: a\r\n\r\n".into(),
        ),
        ("LF behind a field", format!("{head}X: a\n{length}\r\n")),
        (
            "LF behind a chunk size",
            format!("{head}{chunked}\r\n5\nhello\r\n0\r\n\r\n"),
        ),
        (
            "space behind a chunk size",
            format!("{head}{chunked}\r\n0 \r\n\r\n"),
        ),
        (
            "chunk size 0x5",
            format!("{head}{chunked}\r\n0x5\r\nhello\r\n0\r\n\r\n"),
        ),
    ];
    for (name, bytes) in cases {
        let error = read(&bytes, Config::default(), |_| ()).expect_err(name);
        let (status, code) = (error.status(), error.code().unwrap_or("undefined"));
        writeln!(out, "{name}: {status} {code}").unwrap();
    }
}
// ANCHOR_END: smuggling

pub fn keep_alive(out: &mut String) {
    let cases = [
        ("HTTP/1.1", ""),
        ("HTTP/1.1", "Connection: close"),
        ("HTTP/1.1", "Connection: Close"),
        ("HTTP/1.1", "Connection: x, close"),
        ("HTTP/1.1", "Connection: closed"),
        ("HTTP/1.1", "Connection: keep-alive, close"),
        ("HTTP/1.0", ""),
        ("HTTP/1.0", "Connection: keep-alive"),
        ("HTTP/1.0", "Connection: x,keep-alive"),
        ("HTTP/1.0", "Keep-Alive: timeout=5"),
    ];
    for (version, field) in cases {
        let (line, shown) = match field {
            "" => (String::new(), "(nothing)"),
            field => (format!("{field}\r\n"), field),
        };
        let bytes = format!("GET / {version}\r\nHost: a\r\n{line}\r\n");
        read(&bytes, Config::default(), |event| {
            if let Event::Head(request) = event {
                let stays = if request.keep_alive() {
                    "stays"
                } else {
                    "closes"
                };
                writeln!(out, "{version} {shown}: {stays}").unwrap();
            }
        })
        .expect("a request");
    }
}

pub fn targets(out: &mut String) {
    let cases = [
        "GET /a/../b%2F?c=d HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://example.com/a?b HTTP/1.1\r\nHost: x\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\nhello",
    ];
    for bytes in cases {
        let mut parser = RequestParser::new(Config::default());
        let mut input = BytesMut::from(bytes);
        let mut line = String::new();
        while let Some(event) = parser.next(&mut input).expect("a request") {
            let Event::Head(request) = event else {
                continue;
            };
            let (method, target) = (&request.method, request.target.as_str());
            line = format!("{method} {target}");
            if *method == Method::Connect {
                parser.switch_protocols();
            }
        }
        // Whatever is left is not HTTP.
        match &input[..] {
            b"" => writeln!(out, "request: {line}").unwrap(),
            rest => {
                writeln!(out, "connect: {line}, then {}", rest.escape_ascii()).unwrap();
            }
        }
    }
}

/// Reads with Node's list of methods.
fn read_as_node(
    bytes: &str,
    lenient: Lenient,
    mut head: impl FnMut(Result<&Request, &str>),
) {
    let config = Config {
        lenient,
        ..Config::default()
    };
    let mut unknown = false;
    let result = read(bytes, config, |event| {
        let Event::Head(request) = event else {
            return;
        };
        let known = METHODS.contains(&request.method.as_str());
        // llhttp stops at the first error.
        if !unknown {
            head(known.then_some(&request).ok_or("HPE_INVALID_METHOD"));
        }
        unknown |= !known;
    });
    if let (Err(error), false) = (result, unknown) {
        head(Err(error.code().unwrap_or("undefined")));
    }
}

// ANCHOR: one-byte-less
pub fn one_byte_less(out: &mut String) {
    let two = |length: usize| {
        format!(
            "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\nhello\
             GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
        )
    };
    let all = two(10).len() - two(10).find("hello").unwrap();
    for length in [5, 4, 6, all, all + 1] {
        writeln!(out, "Content-Length: {length}").unwrap();
        read_as_node(&two(length), Lenient::default(), |head| match head {
            Ok(request) => {
                let (method, target) = (&request.method, request.target.as_str());
                writeln!(out, "  {method} {target}").unwrap();
            }
            Err(code) => writeln!(out, "  {code}").unwrap(),
        });
    }
}
// ANCHOR_END: one-byte-less

pub fn who_is_accepted(out: &mut String) {
    let cases = [
        ("Host twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("HTTP/1.1 without Host", "GET / HTTP/1.1\r\n\r\n"),
        ("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n"),
        ("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
        ("HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
        ("get in lower case", "get / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("PURGE", "PURGE / HTTP/1.1\r\nHost: a\r\n\r\n"),
        (
            "chunked in HTTP/1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
    ];
    let lenient = Lenient {
        odd_host: true,
        any_version: true,
        transfer_encoding_in_1_0: true,
        ..Lenient::default()
    };
    // The versions that llhttp knows.
    let known = [(0, 9), (1, 0), (1, 1), (2, 0)];
    for (name, bytes) in cases {
        let mut status = 400;
        read_as_node(bytes, lenient, |head| {
            let version = head.map(|request| request.version);
            let is_known = |v: Version| known.contains(&(v.major, v.minor));
            status = if version.is_ok_and(is_known) {
                200
            } else {
                400
            };
        });
        writeln!(out, "{name}: {status}").unwrap();
    }
}
