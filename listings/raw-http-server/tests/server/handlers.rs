//! What a handler may do: stream, fail, panic.

use crate::client::{Client, patient, start, until};
use bytes::Bytes;
use raw_http_server::{
    AccessLog, Body, Content, Events, Failure, Handler, Request, Response,
};
use std::io;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

type Pieces = mpsc::Sender<io::Result<Bytes>>;

/// Streams what the test sends into it, and misbehaves on demand.
#[derive(Default)]
struct Odd {
    stream: Mutex<Option<mpsc::Receiver<io::Result<Bytes>>>>,
}

impl Handler for Odd {
    async fn handle(
        &self,
        request: &Request,
        body: &mut Body<'_>,
    ) -> Result<Response, Failure> {
        match request.path() {
            b"/stream" => {
                let stream = self.stream.lock().unwrap().take();
                let stream = Content::Stream(stream.expect("asked once"));
                Ok(Response::new(200).content(stream))
            }
            b"/panic" => panic!("wanted: the server must survive this"),
            b"/split" => Ok(Response::text("x").with("X", "a\r\nSet-Cookie: b")),
            b"/large" => Ok(Response::text(vec![b'x'; 3_000_000])),
            b"/huge" => Ok(Response::text(vec![b'x'; 64 << 20])),
            b"/swallow" => {
                // Whatever is wrong with the body, this one says 200.
                while let Ok(Some(_)) = body.next().await {}
                Ok(Response::text("fine"))
            }
            b"/three" => Ok(Response::text(body.collect(3).await?)),
            b"/full" => Err(io::Error::from(io::ErrorKind::StorageFull).into()),
            _ => Err(io::Error::other("a disk on fire").into()),
        }
    }
}

fn streaming() -> (Odd, Pieces) {
    let (sender, receiver) = mpsc::channel(1);
    let stream = Mutex::new(Some(receiver));
    (Odd { stream }, sender)
}

fn piece(text: &'static str) -> io::Result<Bytes> {
    Ok(Bytes::from_static(text.as_bytes()))
}

#[test]
fn a_stream_arrives_piece_by_piece() {
    let (odd, pieces) = streaming();
    let server = start(patient(), odd);
    let mut client = Client::to(server.address());
    client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut text = String::new();
    for word in ["one", "two"] {
        pieces.blocking_send(piece(word)).unwrap();
        // The next piece is sent only when this one has been read.
        while !text.ends_with(&format!("3\r\n{word}\r\n")) {
            let mut byte = [0];
            io::Read::read_exact(&mut client.stream, &mut byte).unwrap();
            text.push(byte[0].into());
        }
    }
    assert!(
        text.contains("\r\nTransfer-Encoding: chunked\r\n"),
        "{text}"
    );
    drop(pieces);
    client.send("GET /panic HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let rest = client.rest();
    assert!(rest.starts_with("0\r\n\r\nHTTP/1.1 500 "), "{rest}");
}

#[test]
fn to_http_1_0_a_stream_ends_with_the_connection() {
    let (odd, pieces) = streaming();
    let server = start(patient(), odd);
    let mut client = Client::to(server.address());
    client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    pieces.blocking_send(piece("one")).unwrap();
    drop(pieces);
    let text = client.rest();
    assert!(text.ends_with("\r\nConnection: close\r\n\r\none"), "{text}");
}

#[test]
fn a_stream_that_breaks_off_does_not_look_complete() {
    let (odd, pieces) = streaming();
    let server = start(patient(), odd);
    let mut client = Client::to(server.address());
    client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    pieces.blocking_send(piece("one")).unwrap();
    pieces
        .blocking_send(Err(io::ErrorKind::Other.into()))
        .unwrap();
    let text = client.rest();
    assert!(!text.ends_with("0\r\n\r\n"), "{text}");
}

#[test]
fn a_client_that_hangs_up_ends_the_stream() {
    let (odd, pieces) = streaming();
    let server = start(patient(), odd);
    let mut client = Client::to(server.address());
    client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    pieces.blocking_send(piece("one")).unwrap();
    assert!(!pieces.is_closed());
    drop(client);
    // Nothing is sent that could fail: the hang-up alone is seen.
    until(|| pieces.is_closed());
}

#[test]
fn a_stream_that_nobody_reads_stops_its_maker() {
    let (odd, pieces) = streaming();
    let config = patient();
    let metrics = config.metrics.clone();
    let server = start(config, odd);
    let mut client = Client::to(server.address());
    client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    let large = Bytes::from(vec![b'x'; 100_000]);
    let mut sent: u64 = 0;
    // Full for good when nothing was written for a while: each look gives way to it.
    let mut looks = 0;
    while looks < 100 {
        match pieces.try_send(Ok(large.clone())) {
            Ok(()) => (sent, looks) = (sent + 100_000, 0),
            Err(_) => {
                std::thread::sleep(std::time::Duration::from_millis(1));
                looks += 1;
            }
        }
        assert!(sent < 1 << 30, "somebody buffers without end");
    }
    let waits = metrics.snapshot().buffered_bytes;
    assert!(waits <= 200_000, "{waits} bytes wait in the connection");
    drop(pieces);
    assert_eq!(client.answer().body.len() as u64, sent);
}

/// What one answer holds is not limited, but it is seen.
#[test]
fn a_large_answer_that_nobody_reads_is_in_the_gauge() {
    let config = patient();
    let metrics = config.metrics.clone();
    let server = start(config, Odd::default());
    let mut client = Client::to(server.address());
    client.send("GET /huge HTTP/1.1\r\nHost: x\r\n\r\n");
    until(|| metrics.snapshot().buffered_bytes >= 64 << 20);
    assert_eq!(client.answer().body.len(), 64 << 20);
    until(|| metrics.snapshot().buffered_bytes == 0);
}

#[test]
fn a_panic_is_a_500_and_the_connection_goes_on() {
    let config = patient();
    let metrics = config.metrics.clone();
    let server = start(config, Odd::default());
    let mut client = Client::to(server.address());
    assert_eq!(client.get("/panic").status(), 500);
    assert_eq!(client.get("/split").status(), 500);
    assert_eq!(client.get("/full").status(), 507);
    assert_eq!(client.get("/other").status(), 500);
    assert_eq!(client.get("/large").body.len(), 3_000_000);
    assert_eq!(metrics.snapshot().panics_total, 1);
}

/// The rest of it may never come.
#[test]
fn a_first_piece_that_is_too_large_is_refused_at_once() {
    let server = start(patient(), Odd::default());
    let mut client = Client::to(server.address());
    client.send(
        "POST /three HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\
         4\r\nfour\r\n",
    );
    assert_eq!(client.answer_to("POST").status(), 413);
}

#[test]
fn what_breaks_off_has_a_line_in_the_log() {
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (lines, mut config) = (Lines::default(), patient());
    config.log = AccessLog::to(lines.clone()).unwrap();
    let (odd, pieces) = streaming();
    let server = start(config, odd);
    let mut client = Client::to(server.address());
    client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    pieces.blocking_send(piece("one")).unwrap();
    drop(client);
    until(|| pieces.is_closed());
    let mut client = Client::to(server.address());
    client.send("POST /swallow HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab");
    client.end();
    assert_eq!(client.answer_to("POST").text(), "fine");
    server.stop();
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let ends: Vec<&str> = text
        .lines()
        .map(|l| l.split_once(" \"").unwrap().1)
        .collect();
    assert!(
        ends[0].starts_with("GET /stream HTTP/1.1\" 200 - "),
        "{text}"
    );
    assert!(
        ends[1].starts_with("POST /swallow HTTP/1.1\" 200 4 "),
        "{text}"
    );
}

#[test]
fn a_handler_that_swallows_an_error_cannot_keep_the_connection() {
    let config = patient();
    let metrics = config.metrics.clone();
    let server = start(config, Odd::default());
    let mut client = Client::to(server.address());
    client.send(
        "POST /swallow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\
         zz\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
    );
    let answer = client.answer_to("POST");
    assert!(answer.status() == 200 && answer.closes());
    assert_eq!(metrics.snapshot().malformed_total, 1);
    client.end().closed();
}

/// Listeners and others on one handler.
struct Listen(Arc<Events>);

impl Handler for Listen {
    async fn handle(&self, _: &Request, _: &mut Body<'_>) -> Result<Response, Failure> {
        Ok(self.0.listen())
    }
}

#[test]
fn events_reach_all_who_listen_and_nobody_who_is_gone() {
    let events = Arc::new(Events::default());
    let server = start(patient(), Listen(Arc::clone(&events)));
    let listen = || {
        let mut client = Client::to(server.address());
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        wait_for(&mut client, ": hello\n\n");
        client
    };
    let (mut one, mut other) = (listen(), listen());
    assert_eq!(events.send("reload"), 2);
    wait_for(&mut one, "event: reload\ndata:\n\n");
    wait_for(&mut other, "event: reload\ndata:\n\n");
    drop(other);
    until(|| events.send("reload") == 1);
    // One that does not read is not waited for, and holds a bounded number of events.
    for _ in 0..100_000 {
        assert_eq!(events.send("reload"), 1);
    }
    drop(one);
    until(|| events.send("reload") == 0);
}

fn wait_for(client: &mut Client, words: &str) {
    let mut text = String::new();
    while !text.ends_with(words) {
        let mut byte = [0];
        io::Read::read_exact(&mut client.stream, &mut byte).unwrap();
        text.push(byte[0].into());
    }
}
