//! Peers that mean harm, message by message: each gets the right answer, and nothing
//! that stands behind it is taken for a request.

use crate::client::{Client, app, patient, start};
use raw_http_server::App;

/// What is sent, and the status that answers it.
const CASES: &[(&str, &str, u16)] = &[
    ("no HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n", 400),
    ("bare LF", "GET / HTTP/1.1\nHost: x\n\n", 400),
    ("bare CR", "GET / HTTP/1.1\rHost: x\r\r", 400),
    (
        "bare CR in a value",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n",
        400,
    ),
    (
        "NUL in a value",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
        400,
    ),
    (
        "a folded field",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
        400,
    ),
    (
        "space before colon",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        400,
    ),
    ("no Host", "GET / HTTP/1.1\r\n\r\n", 400),
    (
        "two Hosts",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        400,
    ),
    (
        "a Host that is none",
        "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n",
        400,
    ),
    (
        "two lengths",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        400,
    ),
    (
        "a length twice",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        400,
    ),
    (
        "a list of lengths",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n",
        400,
    ),
    (
        "a signed length",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n",
        400,
    ),
    (
        "a length of 2^64",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551616\r\n\r\n",
        400,
    ),
    (
        "length and chunks",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    (
        "chunked, not last",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
        400,
    ),
    (
        "a hidden chunked",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
        400,
    ),
    (
        "chunks in HTTP/1.0",
        "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        400,
    ),
    (
        "gzip, chunked",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        501,
    ),
    (
        "a chunk of no size",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        400,
    ),
    (
        "a chunk of 0x5",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\n",
        400,
    ),
    (
        "a chunk beyond 2^64",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n",
        400,
    ),
    (
        "a chunk too long by one",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        400,
    ),
    (
        "a bare LF in chunks",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\na\n0\n\n",
        400,
    ),
    ("HTTP/2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
    (
        "the preface of HTTP/2",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        400,
    ),
    (
        "a version of letters",
        "GET / HTTP/x.y\r\nHost: x\r\n\r\n",
        400,
    ),
    ("no version", "GET /\r\n\r\n", 400),
    (
        "a method nobody knows",
        "BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
        501,
    ),
    ("CONNECT", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    ("TRACE", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    (
        "an expectation",
        "GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n",
        417,
    ),
    (
        "a body too large",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 16777217\r\n\r\n",
        413,
    ),
    (
        "chunks too large",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1000001\r\n",
        413,
    ),
    ("half a head, then the end", "GET / HTTP/1.1\r\nHo", 400),
    (
        "half a body, then the end",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab",
        400,
    ),
];

const SMUGGLED: &str = "GET /plaintext HTTP/1.1\r\nHost: smuggled\r\n\r\n";

#[test]
fn every_case_has_its_answer_and_then_a_close() {
    let server = app();
    for (name, bytes, status) in CASES {
        let mut client = Client::to(server.address());
        let answer = match name.ends_with("then the end") {
            true => client.send(bytes).end().rest(),
            // Whatever the message was: what follows is not taken for a request.
            false => client.send(bytes.to_string() + SMUGGLED).end().rest(),
        };
        let line = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&line), "{name}: {answer}");
        assert!(
            answer.contains("\r\nConnection: close\r\n"),
            "{name}: {answer}"
        );
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{name}: {answer}");
        assert!(!answer.contains("Hello"), "{name}: {answer}");
    }
    assert_eq!(Client::to(server.address()).get("/plaintext").status(), 200);
}

/// The same, one byte at a time.
#[test]
fn no_case_depends_on_how_it_is_split() {
    use std::io::Write;
    let server = app();
    for (name, bytes, status) in CASES {
        let mut client = Client::to(server.address());
        for byte in bytes.bytes() {
            // The server may have hung up already.
            if client.stream.write_all(&[byte]).is_err() {
                break;
            }
        }
        let _ = client.stream.shutdown(std::net::Shutdown::Write);
        let answer = client.rest();
        let line = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&line), "{name}: {answer}");
    }
}

/// What may be one larger, and what answers it.
fn too_much() -> Vec<(&'static str, String, u16)> {
    let head = |more: &str| format!("GET /plaintext HTTP/1.1\r\nHost: x\r\n{more}\r\n");
    let chunked =
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let fields = |count: usize| head(&"A: b\r\n".repeat(count));
    vec![
        (
            "a target",
            format!("GET /{} HTTP/1.1\r\n", "a".repeat(8192)),
            414,
        ),
        (
            "a target without end",
            format!("GET /{}", "a".repeat(8192)),
            414,
        ),
        ("a method without end", "A".repeat(8193), 414),
        (
            "a value",
            head(&format!("A: {}\r\n", "b".repeat(16 << 10))),
            431,
        ),
        (
            "a value without end",
            format!("GET / HTTP/1.1\r\nA: {}", "b".repeat(16 << 10)),
            431,
        ),
        ("fields", fields(128), 431),
        ("empty lines", "\r\n".repeat(8193), 431),
        (
            "a chunk extension",
            format!("{chunked}1;{}\r\n", "a".repeat(1024)),
            413,
        ),
        (
            "chunk extensions",
            format!(
                "{chunked}{}",
                format!("1;{}\r\na\r\n", "a".repeat(900)).repeat(20)
            ),
            413,
        ),
        (
            "a trailer",
            format!("{chunked}0\r\nA: {}", "b".repeat(16 << 10)),
            431,
        ),
        (
            "trailers",
            format!("{chunked}0\r\n{}\r\n", "A: b\r\n".repeat(129)),
            431,
        ),
    ]
}

#[test]
fn everything_has_a_largest_size() {
    let server = app();
    for (name, bytes, status) in too_much() {
        let answer = Client::to(server.address()).send(bytes).end().rest();
        let line = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&line), "{name}: {answer}");
    }
    // One less is fine: Host counts, too.
    let head = "GET /plaintext HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    let most = format!("{head}{}\r\n", "A: b\r\n".repeat(126));
    let answer = Client::to(server.address()).send(most).rest();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn a_body_may_have_its_limit_and_not_one_byte_more() {
    let mut config = patient();
    config.limits.wire.body = 10;
    let server = start(config, App::default());
    for (length, status) in [(10, 200), (11, 413)] {
        let body = "x".repeat(length);
        let mut client = Client::to(server.address());
        client.send(format!(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}"
        ));
        assert_eq!(client.answer_to("POST").status(), status);
        let mut client = Client::to(server.address());
        client.send(format!(
            "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\
             5\r\nxxxxx\r\n{:x}\r\n{}\r\n0\r\n\r\n",
            length - 5,
            "x".repeat(length - 5)
        ));
        assert_eq!(client.answer_to("POST").status(), status);
    }
}

/// Answers to what was right come before the answer to what was not.
#[test]
fn what_came_before_is_answered_first() {
    let server = app();
    let mut client = Client::to(server.address());
    let good = "GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send(good.repeat(2) + "GET / HTTP/9.9\r\nHost: x\r\n\r\n" + good);
    assert_eq!(client.answer().status(), 200);
    assert_eq!(client.answer().status(), 200);
    assert_eq!(client.answer().status(), 505);
    client.end().closed();
}

/// A close with unread bytes would make the kernel reset the connection, and the answer
/// could be lost on the way.
#[test]
fn the_last_answer_is_not_lost_however_much_still_comes() {
    let server = app();
    for _ in 0..20 {
        let mut client = Client::to(server.address());
        client.send("GET / HTTP/1.1\r\nA : b\r\n\r\n");
        client.send(vec![b'x'; 2_000_000]);
        let answer = client.end().rest();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
}
