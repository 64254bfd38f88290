//! Many peers, or one that sends and sends, or never reads: memory stays bounded, and
//! others are served meanwhile.

use crate::client::{Client, app, app_of, patient, start, until};
use raw_http_server::{
    App, Body, Failure, Handler, Request, Response, Snapshot, serve_stream,
};
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use tokio::sync::Semaphore;

const REQUEST: &str = "GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n";

#[test]
fn connections_beyond_the_limit_are_turned_away() {
    let mut config = patient();
    config.limits.connections = 8;
    let metrics = config.metrics.clone();
    let server = start(config, App::default());
    let mut clients: Vec<Client> =
        (0..8).map(|_| Client::to(server.address())).collect();
    for client in &mut clients {
        assert_eq!(client.get("/plaintext").status(), 200);
    }
    for _ in 0..100 {
        let answer = Client::to(server.address()).rest();
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    }
    // Those who are in are served, and a place that becomes free is given away.
    assert_eq!(clients[3].get("/plaintext").status(), 200);
    let snapshot = metrics.snapshot();
    assert_eq!(
        (snapshot.connections_open, snapshot.refused_total),
        (8, 100)
    );
    clients.pop();
    until(|| metrics.snapshot().connections_open == 7);
    assert_eq!(Client::to(server.address()).get("/plaintext").status(), 200);
}

#[cfg(target_os = "linux")]
#[test]
fn one_address_cannot_take_all_places() {
    use socket2::{Domain, Socket, Type};
    let mut config = patient();
    config.limits.connections_per_address = 4;
    let metrics = config.metrics.clone();
    let server = start(config, App::default());
    let mut greedy: Vec<Client> =
        (0..4).map(|_| Client::to(server.address())).collect();
    for client in &mut greedy {
        assert_eq!(client.get("/plaintext").status(), 200);
    }
    let answer = Client::to(server.address()).rest();
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert_eq!(metrics.snapshot().refused_address_total, 1);
    // All of 127.0.0.0/8 is this machine.
    let other = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let address = std::net::SocketAddr::from(([127, 0, 0, 2], 0));
    other.bind(&address.into()).unwrap();
    other.connect(&server.address().into()).unwrap();
    let mut other = TcpStream::from(other);
    other.write_all(REQUEST.as_bytes()).unwrap();
    let mut answer = [0; 12];
    std::io::Read::read_exact(&mut other, &mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

/// Writes these bytes again and again until the server reads no more.
fn stuff(mut stream: &TcpStream, bytes: &[u8]) -> usize {
    stream.set_nonblocking(true).unwrap();
    let (mut sent, mut looks) = (0, 0);
    while looks < 100 {
        match stream.write(&bytes[sent % bytes.len()..]) {
            Ok(length) => (sent, looks) = (sent + length, 0),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                // Who reads would have read by now, or at one of the next looks.
                std::thread::sleep(std::time::Duration::from_millis(1));
                looks += 1;
            }
            Err(error) => panic!("{error}"),
        }
        assert!(sent < 1 << 30, "somebody reads without end");
    }
    stream.set_nonblocking(false).unwrap();
    sent
}

fn bounded(snapshot: Snapshot, peers: u64) {
    // What one read brings and what may wait to be written, and one answer.
    let most = peers * ((32 << 10) + (64 << 10) + (16 << 10) + 1024);
    let waits = snapshot.buffered_bytes;
    assert!(waits <= most, "{waits} bytes wait for {peers} peers");
}

#[test]
fn a_pipelined_flood_without_reading_stops_at_the_buffers() {
    let config = patient();
    let metrics = config.metrics.clone();
    let server = start(config, App::default());
    let flood = Client::to(server.address());
    // The answer is a hundred times as long as the request.
    let request = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    let sent = stuff(&flood.stream, request.repeat(1000).as_bytes());
    bounded(metrics.snapshot(), 1);
    assert_eq!(Client::to(server.address()).get("/plaintext").status(), 200);
    // When it reads at last, every request that was sent whole is answered.
    let whole = sent / request.len();
    let mut flood = flood;
    for _ in 0..whole {
        assert_eq!(flood.answer().status(), 200);
    }
}

/// Reads no body, and answers when it is let.
struct Deaf(Arc<Semaphore>);

impl Handler for Deaf {
    async fn handle(&self, _: &Request, _: &mut Body<'_>) -> Result<Response, Failure> {
        drop(self.0.acquire().await);
        Ok(Response::text("enough"))
    }
}

#[test]
fn a_body_that_nobody_reads_stays_in_the_kernel() {
    let config = patient();
    let metrics = config.metrics.clone();
    let gate = Arc::new(Semaphore::new(0));
    let server = start(config, Deaf(Arc::clone(&gate)));
    let mut flood = Client::to(server.address());
    flood.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    until(|| metrics.snapshot().requests_total == 1);
    let sent = stuff(&flood.stream, b"a\r\n0123456789\r\n");
    let snapshot = metrics.snapshot();
    bounded(snapshot, 1);
    // What came with the head, at most.
    assert!(snapshot.bytes_in_total <= 32 << 10 && sent > 64 << 10);
    gate.add_permits(1);
    let answer = flood.answer_to("POST");
    assert!(answer.text() == "enough" && answer.closes());
}

/// One connection does not keep the worker until all of its requests are answered.
#[tokio::test]
async fn a_pipeline_of_thousands_gives_others_their_turn() {
    use tokio::io::AsyncWriteExt;
    const REQUESTS: usize = 10_000;
    let (mut client, stream) = tokio::io::duplex(8 << 20);
    client
        .write_all(REQUEST.repeat(REQUESTS).as_bytes())
        .await
        .unwrap();
    client.shutdown().await.unwrap();
    let served = tokio::spawn(async move {
        let config = patient();
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        serve_stream(stream, peer, &config, &App::default()).await;
        config.metrics.snapshot().requests_total
    });
    let mut turns = 0;
    while !served.is_finished() {
        tokio::task::yield_now().await;
        turns += 1;
    }
    assert_eq!(served.await.unwrap(), REQUESTS as u64);
    assert!(
        turns >= 50,
        "in {REQUESTS} requests others have {turns} turns"
    );
}

#[test]
fn clients_that_never_read_hold_no_file_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = std::fs::File::create(folder.path().join("huge.bin")).unwrap();
    file.set_len(64 << 20).unwrap();
    let config = patient();
    let metrics = config.metrics.clone();
    let server = start(config, app_of(folder.path()));
    let request = "GET /huge.bin HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut clients: Vec<Client> = (0..20)
        .map(|_| {
            let mut client = Client::to(server.address());
            client.send(request);
            client
        })
        .collect();
    // Each has begun, and the rest of its file does not fit into the kernel's buffers.
    for client in &mut clients {
        let mut first = [0; 100];
        std::io::Read::read_exact(&mut client.stream, &mut first).unwrap();
    }
    assert_eq!(Client::to(server.address()).get("/none").status(), 404);
    bounded(metrics.snapshot(), 20);
    let rest = clients.pop().unwrap().stream;
    drop(clients);
    // And one that reads late gets all of it.
    let mut rest = std::io::Read::take(rest, 64 << 20);
    let read = std::io::copy(&mut rest, &mut std::io::sink()).unwrap();
    assert_eq!(read, 64 << 20);
}

#[test]
fn aborted_bodies_leave_nothing_behind() {
    let config = patient();
    let metrics = config.metrics.clone();
    let server = start(config, App::default());
    for at in 0..50 {
        let mut client = Client::to(server.address());
        client.send(format!(
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{}",
            "x".repeat(at)
        ));
        // Unread bytes of the peer's make this a reset for some, an end for others.
        drop(client);
    }
    until(|| metrics.snapshot().connections_total == 50);
    until(|| metrics.snapshot().connections_open == 0);
    assert_eq!(metrics.snapshot().buffered_bytes, 0);
}

/// Five hundred heads that do not end: who asks is served.
#[test]
fn many_half_heads_hold_little_and_nobody_up() {
    let server = app();
    let mut half: Vec<Client> =
        (0..500).map(|_| Client::to(server.address())).collect();
    for client in &mut half {
        client.send("GET / HTTP/1.1\r\nHost: x\r\nX: ");
    }
    let mut client = Client::to(server.address());
    let page = client.get("/metrics");
    let waits = page
        .text()
        .lines()
        .find(|l| l.starts_with("http_buffered_bytes"));
    let waits: u64 = waits.unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    assert!(waits < 500 * 100, "{waits} bytes");
    for client in &mut half {
        client.send("1\r\n\r\n");
        assert_eq!(client.answer().status(), 404);
    }
}
