//! Bytes that were not meant well.

use crate::peer::{GET, Peer, echo, server};
use node_http::{Error, Server, ServerOptions};
use proptest::prelude::*;
use std::sync::{Arc, Mutex};

fn status(text: &str) -> &str {
    text.get(9..12).unwrap_or("none")
}

#[tokio::test(start_paused = true)]
async fn what_node_refuses_is_refused_with_its_status_and_its_code() {
    let large = "a".repeat(20_000);
    let head = "GET / HTTP/1.1\r\nHost: x\r\n";
    let post = "POST / HTTP/1.1\r\nHost: x\r\n";
    let chunked = format!("{post}Transfer-Encoding: chunked\r\n\r\n");
    let cases = [
        (
            format!("{post}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            "400",
            "HPE_INVALID_TRANSFER_ENCODING",
        ),
        (
            format!("{post}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
            "400",
            "HPE_UNEXPECTED_CONTENT_LENGTH",
        ),
        (format!("{head}A: b\n\r\n"), "400", "HPE_CR_EXPECTED"),
        (
            format!("{head}A : b\r\n\r\n"),
            "400",
            "HPE_INVALID_HEADER_TOKEN",
        ),
        (
            format!("{head}A: b\r\n c\r\n\r\n"),
            "400",
            "HPE_INVALID_HEADER_TOKEN",
        ),
        (
            format!("{head}A: \0\r\n\r\n"),
            "400",
            "HPE_INVALID_HEADER_TOKEN",
        ),
        (
            "FOO / HTTP/1.1\r\nHost: x\r\n\r\n".into(),
            "400",
            "HPE_INVALID_METHOD",
        ),
        (
            "GET / HTTP/1.2\r\nHost: x\r\n\r\n".into(),
            "400",
            "HPE_INVALID_VERSION",
        ),
        (
            format!("{head}A: {large}\r\n\r\n"),
            "431",
            "HPE_HEADER_OVERFLOW",
        ),
        (
            format!("GET /{large} HTTP/1.1\r\nHost: x\r\n\r\n"),
            "431",
            "HPE_HEADER_OVERFLOW",
        ),
        (
            format!("{head}{}\r\n", "A: b\r\n".repeat(1000)),
            "431",
            "HPE_HEADER_OVERFLOW",
        ),
        (
            format!("{chunked}1;{large}\r\n"),
            "413",
            "HPE_CHUNK_EXTENSIONS_OVERFLOW",
        ),
        (format!("{chunked}x\r\n"), "400", "HPE_INVALID_CHUNK_SIZE"),
    ];
    for (bytes, wanted, code) in cases {
        let what = &bytes[..bytes.len().min(80)];
        let mut peer = Peer::connect(&waiting());
        let text = peer.ask(&bytes).await;
        assert_eq!(status(&text), wanted, "{what:?}: {text}");
        assert!(
            text.ends_with("\r\nConnection: close\r\n\r\n"),
            "{what:?}: {text}"
        );
        let seen = Arc::new(Mutex::new(None));
        let see = Arc::clone(&seen);
        let server = waiting().on_client_error(move |error: &Error| {
            *see.lock().unwrap() = Some(error.code());
            None
        });
        let mut peer = Peer::connect(&server);
        assert_eq!(peer.ask(&bytes).await, "", "{what:?}");
        assert_eq!(*seen.lock().unwrap(), Some(code), "{what:?}");
    }
}

/// A server that answers when it has all of the request.
fn waiting() -> Server {
    server(|mut request, mut response| async move {
        let read = request.collect(1 << 20).await;
        let _ = response.end(if read.is_ok() { "read" } else { "not read" });
    })
}

#[tokio::test(start_paused = true)]
async fn what_node_takes_is_taken() {
    let cases = [
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET /|^ HTTP/1.1\r\nHost: a\r\n\r\n",
        "QUERY / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ];
    for bytes in cases {
        let mut peer = Peer::connect(&echo());
        let text = peer.ask(bytes).await;
        assert_eq!(status(&text), "200", "{bytes:?}: {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_host_there_is_no_handler() {
    let mut peer = Peer::connect(&echo());
    let text = peer.ask("GET / HTTP/1.1\r\n\r\n").await;
    let expected = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nDate: D\r\n\
                    Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(text, expected);
    let options = ServerOptions {
        require_host_header: false,
        ..ServerOptions::default()
    };
    let server = Server::new(options, |_, mut response| async move {
        response.end("").unwrap();
    });
    let mut peer = Peer::connect(&server);
    assert_eq!(status(&peer.ask("GET / HTTP/1.1\r\n\r\n").await), "200");
}

/// Target, names and values count, and what stands between them does not. One byte less
/// than the limit is the most.
#[tokio::test(start_paused = true)]
async fn the_size_of_a_head_is_that_of_its_tokens() {
    let options = ServerOptions {
        max_header_size: 20,
        ..ServerOptions::default()
    };
    let server = Server::new(options, |_, mut response| async move {
        response.end("").unwrap();
    });
    for (length, wanted) in [(8, "200"), (9, "431")] {
        let value = "v".repeat(length);
        let head = format!("GET /aaaa HTTP/1.1\r\nHost: x\r\nb:   {value}\r\n\r\n");
        let mut peer = Peer::connect(&server);
        assert_eq!(status(&peer.ask(head).await), wanted);
    }
    let options = ServerOptions {
        max_headers_count: 3,
        ..ServerOptions::default()
    };
    let server = Server::new(options, |_, mut response| async move {
        response.end("").unwrap();
    });
    for (fields, wanted) in [(2, "200"), (3, "431")] {
        let fields = "A: b\r\n".repeat(fields);
        let head = format!("GET / HTTP/1.1\r\nHost: x\r\n{fields}\r\n");
        let mut peer = Peer::connect(&server);
        assert_eq!(status(&peer.ask(head).await), wanted);
    }
}

/// A head without an end is refused before it has the memory.
#[tokio::test(start_paused = true)]
async fn a_head_that_grows_is_stopped() {
    for (begin, more) in [
        ("GET /", "aaaaaaaa"),
        ("GET / HTTP/1.1\r\nA: ", "aaaaaaaa"),
        ("GET / HTTP/1.1\r\n", "A: b\r\n"),
        ("GET / HTTP/1.1\r\nA: ", "        "),
        ("", "\r\n"),
    ] {
        let mut peer = Peer::connect_with(&echo(), 4096);
        let flood = begin.to_owned() + &more.repeat(1 << 17);
        let sent = peer.send_some(flood.as_bytes()).await;
        assert!(sent < 64 << 10, "{begin:?}{more:?}: {sent}");
        assert_eq!(status(&peer.second().await), "431", "{begin:?}{more:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_panics_takes_its_connection_and_no_other() {
    let server = server(|request, mut response| async move {
        assert_ne!(request.url(), "/panic");
        response.end("").unwrap();
    });
    let mut other = Peer::connect(&server);
    other.send(GET).await;
    other.until("\r\n\r\n").await;
    let mut peer = Peer::connect(&server);
    assert_eq!(peer.ask("GET /panic HTTP/1.1\r\nHost: x\r\n\r\n").await, "");
    assert_eq!(server.connections(), 1);
    other.send(GET).await;
    other.until("\r\n\r\n").await;
}

const REQUESTS: &str = "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc\
    POST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\
    GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn however_it_is_cut_the_answers_are_the_same() {
    let whole = Peer::connect(&waiting()).ask(REQUESTS).await;
    assert_eq!(whole.matches("\r\n\r\nread").count(), 3, "{whole}");
    for at in 1..REQUESTS.len() {
        let mut peer = Peer::connect(&waiting());
        peer.send(&REQUESTS[..at]).await;
        tokio::task::yield_now().await;
        assert_eq!(peer.ask(&REQUESTS[at..]).await, whole, "cut at {at}");
    }
    let mut peer = Peer::connect(&waiting());
    for byte in REQUESTS.bytes() {
        peer.send([byte]).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(peer.rest().await, whole);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is done to requests: the connection ends, or waits, and nothing panics.
    #[test]
    fn spoiled_requests_do_no_harm(
        spoils in proptest::collection::vec((0..REQUESTS.len(), any::<u8>()), 0..4),
        cut in 0..REQUESTS.len(),
    ) {
        let mut bytes = REQUESTS.as_bytes().to_vec();
        for (at, byte) in spoils {
            bytes[at] = byte;
        }
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let server = waiting();
            server.start_sweeping();
            let mut peer = Peer::connect(&server);
            peer.send_some(&bytes[..cut]).await;
            peer.send_some(&bytes[cut..]).await;
            peer.rest().await;
            assert_eq!(server.connections(), 0);
        });
    }
}
