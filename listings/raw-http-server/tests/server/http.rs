//! What RFC 9112 asks of a server that is treated well.

use crate::client::{Client, app};

#[test]
fn a_connection_carries_one_request_after_another() {
    let server = app();
    let mut client = Client::to(server.address());
    for _ in 0..3 {
        let answer = client.get("/plaintext");
        assert_eq!((answer.status(), answer.text()), (200, "Hello, World!"));
        assert_eq!(answer.field("content-length"), Some("13"));
        assert!(
            answer
                .field("date")
                .is_some_and(|date| date.ends_with(" GMT"))
        );
        assert_eq!(answer.field("connection"), None);
    }
}

#[test]
fn answers_are_the_same_wherever_the_requests_are_split() {
    let server = app();
    let requests = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello\
                    POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\
                    3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n\
                    GET /json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let all_at_once = split(server.address(), requests, requests.len());
    for at in 0..requests.len() {
        assert_eq!(
            split(server.address(), requests, at),
            all_at_once,
            "at {at}"
        );
    }
    // And one byte at a time.
    let mut client = Client::to(server.address());
    for byte in requests.bytes() {
        client.send([byte]);
    }
    assert_eq!(undated(&client.rest()), all_at_once);
}

/// The two parts reach the server in two reads: it has answered a request of another
/// connection in between.
fn split(address: std::net::SocketAddr, requests: &str, at: usize) -> String {
    let (one, other) = requests.as_bytes().split_at(at);
    let mut client = Client::to(address);
    client.send(one);
    Client::to(address).get("/plaintext");
    client.send(other);
    undated(&client.rest())
}

fn undated(text: &str) -> String {
    let lines = text
        .split_inclusive("\r\n")
        .filter(|l| !l.starts_with("Date: "));
    lines.collect()
}

#[test]
fn a_pipeline_is_answered_in_order() {
    let server = app();
    let mut client = Client::to(server.address());
    let bodies: Vec<String> = (0..200).map(|n| format!("body {n}")).collect();
    let mut requests = String::new();
    for body in &bodies {
        let length = body.len();
        requests += &format!(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}"
        );
    }
    client.send(requests);
    for body in &bodies {
        assert_eq!(client.answer_to("POST").text(), body);
    }
}

#[test]
fn head_has_the_fields_of_get_and_no_content() {
    let server = app();
    let mut client = Client::to(server.address());
    let answer = client.ask("HEAD /plaintext", &[]);
    assert_eq!(answer.field("content-length"), Some("13"));
    assert_eq!(answer.body, b"");
    assert_eq!(client.get("/plaintext").text(), "Hello, World!");
}

#[test]
fn http_1_0_closes_unless_it_is_asked_to_stay() {
    let server = app();
    let mut client = Client::to(server.address());
    client.send("GET /plaintext HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    let answer = client.answer();
    assert_eq!(answer.field("connection"), Some("keep-alive"));
    client.send("GET /plaintext HTTP/1.0\r\n\r\n");
    assert!(client.answer().closes());
    client.closed();
}

#[test]
fn close_is_said_and_done() {
    let server = app();
    let mut client = Client::to(server.address());
    let answer = client.ask("GET /plaintext", &["Connection: close"]);
    assert!(answer.closes());
    client.closed();
}

#[test]
fn a_client_that_has_said_all_still_gets_its_answers() {
    let server = app();
    let mut client = Client::to(server.address());
    let request = "GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send(request.repeat(3)).end();
    for _ in 0..3 {
        assert_eq!(client.answer().text(), "Hello, World!");
    }
    client.closed();
}

#[test]
fn routes_know_their_methods() {
    let server = app();
    let mut client = Client::to(server.address());
    for (line, status, allow) in [
        ("DELETE /plaintext", 405, Some("GET, HEAD")),
        ("GET /echo", 405, Some("POST")),
        ("GET /upload/x", 405, Some("PUT")),
        ("PUT /upload/x", 404, None),
        ("GET /nothing", 404, None),
        (
            "OPTIONS *",
            204,
            Some("GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS"),
        ),
    ] {
        let answer = client.ask(line, &[]);
        assert_eq!(answer.status(), status, "{line}");
        assert_eq!(answer.field("allow"), allow, "{line}");
    }
}

#[test]
fn the_absolute_form_is_taken_too() {
    let server = app();
    let answer = Client::to(server.address()).ask("GET http://x/plaintext?a", &[]);
    assert_eq!(answer.text(), "Hello, World!");
}

#[test]
fn json_is_read_and_written() {
    let server = app();
    let mut client = Client::to(server.address());
    assert_eq!(client.get("/json").text(), r#"{"message":"Hello, World!"}"#);
    let deep = "[".repeat(100_000);
    for (kind, body, status) in [
        ("application/json", "[1, 2.5, -3]", 200),
        ("application/json; charset=utf-8", "[]", 200),
        ("application/json", "[1, 2", 400),
        ("application/json", "[\"1\"]", 400),
        ("application/json", "", 400),
        ("text/plain", "[1]", 415),
        ("application/json", &deep[..60_000], 400),
        ("application/json", &deep, 413),
    ] {
        let mut client = Client::to(server.address());
        let length = body.len();
        client.send(format!(
            "POST /sum HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        ));
        let answer = client.answer_to("POST");
        assert_eq!(
            answer.status(),
            status,
            "{kind} {}",
            &body[..body.len().min(20)]
        );
        if body == "[1, 2.5, -3]" {
            assert_eq!(answer.text(), r#"{"sum":0.5}"#);
        }
    }
}

#[test]
fn continue_comes_when_the_body_is_wanted_and_only_then() {
    let server = app();
    let mut client = Client::to(server.address());
    client.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\
         Content-Length: 5\r\n\r\n",
    );
    let mut interim = [0; 25];
    std::io::Read::read_exact(&mut client.stream, &mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello");
    let answer = client.answer_to("POST");
    assert_eq!(answer.text(), "hello");
    assert!(!answer.closes(), "all of the body was read");

    // The length alone is reason enough to refuse: no 100, and no body is waited for.
    let mut client = Client::to(server.address());
    client.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\
         Content-Length: 1000000\r\n\r\n",
    );
    let text = client.end().rest();
    assert!(text.starts_with("HTTP/1.1 413 "), "{text}");
    assert!(text.contains("\r\nConnection: close\r\n"), "{text}");
}

#[test]
fn continue_is_left_out_when_the_body_is_there() {
    let server = app();
    let mut client = Client::to(server.address());
    client.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\
         Connection: close\r\nContent-Length: 5\r\n\r\nhello",
    );
    let text = client.rest();
    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
}

#[test]
fn what_is_left_of_a_small_body_is_skipped() {
    let server = app();
    let mut client = Client::to(server.address());
    client.send("POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /");
    assert_eq!(client.answer_to("POST").status(), 404);
    assert_eq!(client.get("/plaintext").text(), "Hello, World!");
}

/// One request, one answer: what is wrong behind it is not answered again.
#[test]
fn the_rest_of_an_answered_request_gets_no_answer_of_its_own() {
    let server = app();
    for (framing, rest) in
        [("Content-Length: 5", "ab"), ("Content-Length: 70000", "ab")]
    {
        let mut client = Client::to(server.address());
        client.send(format!(
            "POST /nothing HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n{rest}"
        ));
        let text = client.end().rest();
        assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
        assert!(text.starts_with("HTTP/1.1 404 "), "{text}");
    }
}

#[test]
fn behind_a_large_body_that_nobody_read_the_connection_ends() {
    let server = app();
    let mut client = Client::to(server.address());
    client.send("POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n");
    let answer = client.answer_to("POST");
    assert!(answer.status() == 404 && answer.closes());
    // The answer is not overtaken by a reset, and what still comes is no request.
    client.send("GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1000));
    client.end().closed();
}

#[test]
fn the_metrics_page_counts() {
    let server = app();
    let mut client = Client::to(server.address());
    client.get("/plaintext");
    client.get("/nothing");
    let answer = client.get("/metrics");
    for line in [
        "http_connections_open 1",
        "http_requests_total 3",
        "http_answers_ok_total 1",
        "http_answers_4xx_total 1",
    ] {
        let page = answer.text();
        assert!(page.lines().any(|l| l == line), "{line} is not in\n{page}");
    }
}
