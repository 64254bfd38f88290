//! Twins that read responses.

use bytes::BytesMut;
use http_wire::{Config, Error, ErrorKind, Event, Lenient, Method, ResponseParser};
use std::fmt::Write;

pub fn responses(out: &mut String) {
    let ok = "HTTP/1.1 200 OK\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n\r\n";
    let early = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
    let five = "Content-Length: 5\r\n";
    let two = "Content-Length: 2\r\n\r\nhi";
    let (get, head, connect) = (Method::Get, Method::Head, Method::Connect);
    let cases = [
        (&get, "length", format!("{ok}{five}\r\nhello")),
        (
            &get,
            "chunked",
            format!("{ok}{chunked}5\r\nhello\r\n0\r\nSum: 1\r\n\r\n"),
        ),
        (&get, "until close", format!("{ok}\r\nhello")),
        (
            &get,
            "gzip until close",
            format!("{ok}Transfer-Encoding: gzip\r\n\r\nhello"),
        ),
        (&head, "HEAD with length", format!("{ok}{five}\r\n")),
        (
            &get,
            "204 with length",
            format!("HTTP/1.1 204 No Content\r\n{five}\r\n"),
        ),
        (
            &get,
            "304 with length",
            format!("HTTP/1.1 304 Not Modified\r\n{five}\r\n"),
        ),
        (&get, "103, then 200", format!("{early}{ok}{two}")),
        (&get, "no reason", format!("HTTP/1.1 200 \r\n{two}")),
        (&get, "truncated length", format!("{ok}{five}\r\nhel")),
        (&get, "truncated chunk", format!("{ok}{chunked}5\r\nhel")),
        (&get, "length and chunked", format!("{ok}{five}{chunked}")),
        (
            &get,
            "two lengths",
            format!("{ok}{five}Content-Length: 6\r\n\r\nhello!"),
        ),
        (&get, "HTTP/3.0", "HTTP/3.0 200 OK\r\n\r\n".into()),
        (&get, "no HTTP", "hello\r\n\r\n".into()),
        (&connect, "tunnel", format!("{ok}{five}\r\nnot HTTP")),
    ];
    for (method, name, bytes) in cases {
        let result = ask(method, &bytes);
        writeln!(out, "{name}: {result}").unwrap();
    }
}

fn ask(method: &Method, bytes: &str) -> String {
    // Node's client takes content that is still encoded.
    let lenient = Lenient {
        other_codings: true,
        ..Lenient::default()
    };
    let mut parser = ResponseParser::new(Config {
        lenient,
        ..Config::default()
    });
    parser.expect(method);
    let mut input = BytesMut::from(bytes);
    let (mut status, mut body) = (None, Vec::new());
    let result = read(&mut parser, &mut input, |event| match event {
        Event::Head(response) => status = Some(response.status),
        Event::Data(data) => body.extend(data),
        Event::Trailers(_) | Event::End => {}
    });
    let (status, body) = (status.unwrap_or(0), body.escape_ascii());
    match result {
        Ok(()) if parser.is_switched() => {
            format!("{status} then \"{}\"", input.escape_ascii())
        }
        Ok(()) => format!("{status} \"{body}\" complete"),
        Err(error) if error.kind() == ErrorKind::Truncated => {
            format!("{status} \"{body}\" truncated")
        }
        Err(error) => error.code().unwrap_or("undefined").into(),
    }
}

fn read(
    parser: &mut ResponseParser,
    input: &mut BytesMut,
    mut event: impl FnMut(Event<http_wire::Response>),
) -> Result<(), Error> {
    while let Some(next) = parser.next(input)? {
        event(next);
    }
    if !parser.is_switched() {
        parser.finish()?;
    }
    Ok(())
}
