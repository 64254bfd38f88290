//! Twins that read requests.

use bytes::BytesMut;
use http_wire::{Config, Error, Event, Method, Request, RequestParser};
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
fn read_as_node(bytes: &str, mut head: impl FnMut(Result<&Request, &str>)) {
    let mut unknown = false;
    let result = read(bytes, Config::default(), |event| {
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
        read_as_node(&two(length), |head| match head {
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
        ("HTTP/1.1 without Host", "GET / HTTP/1.1\r\n\r\n"),
        ("Host without a value", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        ("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n"),
        ("PURGE", "PURGE / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a tab behind GET", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        (
            "a slash in a name",
            "GET / HTTP/1.1\r\nHost: a\r\nA/B: c\r\n\r\n",
        ),
        (
            "length 007",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n1234567",
        ),
        (
            "last chunk 000",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n000\r\n\r\n",
        ),
    ];
    for (name, bytes) in cases {
        let mut status = 200;
        read_as_node(bytes, |head| {
            if head.is_err() {
                status = 400;
            }
        });
        writeln!(out, "{name}: {status}").unwrap();
    }
}
