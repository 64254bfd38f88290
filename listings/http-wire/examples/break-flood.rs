//! Six ways to send for ever. Where does the parser stop, and how much did it let the
//! caller keep until then?

use bytes::BytesMut;
use http_wire::{Config, RequestParser};

const HEAD: &str = "POST / HTTP/1.1\r\nHost: a\r\n";
const CHUNKED: &str = "Transfer-Encoding: chunked\r\n\r\n";

fn main() {
    let floods = [
        ("a target without end", "GET /".to_string(), "a"),
        ("fields without end", HEAD.to_string(), "X: y\r\n"),
        ("empty lines", String::new(), "\r\n"),
        ("zeros before a size", format!("{HEAD}{CHUNKED}"), "0"),
        (
            "an extension a chunk",
            format!("{HEAD}{CHUNKED}"),
            "1;0123456789abcdef\r\nx\r\n",
        ),
        (
            "trailers without end",
            format!("{HEAD}{CHUNKED}0\r\n"),
            "X: 0123456789abcdef0123456789abcdef0123456789abcdef\r\n",
        ),
    ];
    for (name, begin, again) in floods {
        flood(name, &begin, again);
    }
}

fn flood(name: &str, begin: &str, again: &str) {
    let mut parser = RequestParser::new(Config::default());
    let mut input = BytesMut::from(begin);
    let (mut sent, mut most) = (begin.len(), 0);
    let error = loop {
        match parser.next(&mut input) {
            Ok(Some(_)) => {}
            Ok(None) => {
                most = most.max(input.len());
                input.extend_from_slice(again.as_bytes());
                sent += again.len();
            }
            Err(error) => break error,
        }
    };
    let (status, kind) = (error.status(), error.kind());
    println!("{name}: {status} after {sent} bytes, {most} kept: {kind:?}");
}
