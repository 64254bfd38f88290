//! What one request must not do to another, nor a limit to those within it.

use crate::peer::{GET, Peer, server};
use node_http::{Server, ServerOptions};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

const POST: &str = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";

#[tokio::test(start_paused = true)]
async fn a_limit_on_requests_lets_the_content_of_the_last_one_in() {
    let options = ServerOptions {
        max_pipelined: 1,
        high_water_mark: 0,
        ..ServerOptions::default()
    };
    let server = Server::new(options, |mut request, mut response| async move {
        let body = request.collect(100).await.expect("the content");
        response.end(body).expect("an answer");
    });
    let mut peer = Peer::connect(&server);
    peer.send(format!("{POST}Content-Length: 5\r\n\r\n")).await;
    peer.send("hello").await;
    assert!(peer.rest().await.ends_with("hello"));
}

/// A client that writes all of its content before it reads anything.
#[tokio::test(start_paused = true)]
async fn a_handler_may_write_before_it_reads() {
    let server = server(|mut request, mut response| async move {
        response.write(vec![b'x'; 200_000]).expect("it is taken");
        let body = request.collect(200_000).await.expect("the content");
        response.end(body.len().to_string()).expect("an answer");
    });
    let mut peer = Peer::connect_with(&server, 1 << 14);
    peer.send(format!("{POST}Content-Length: 100000\r\n\r\n"))
        .await;
    assert_eq!(peer.send_some(&[b'y'; 100_000]).await, 100_000);
    assert!(peer.rest().await.contains("\r\n100000\r\n"));
}

#[tokio::test(start_paused = true)]
async fn a_panic_ends_the_connection_and_no_other_handler() {
    let done = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&done);
    let server = server(move |request, mut response| {
        let counts = Arc::clone(&counts);
        async move {
            assert_ne!(request.url(), "/panic", "wanted: others survive this");
            sleep(Duration::from_secs(1)).await;
            counts.fetch_add(1, Relaxed);
            // Its connection may be gone.
            let _ = response.end("");
        }
    });
    let mut peer = Peer::connect(&server);
    peer.send(GET.to_owned() + &GET.replace("/ ", "/panic "))
        .await;
    assert_eq!(peer.rest().await, "");
    sleep(Duration::from_secs(2)).await;
    assert_eq!(done.load(Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_answer_waits_for_its_turn() {
    let server = server(|request, mut response| async move {
        if request.url() == "/drop" {
            return;
        }
        sleep(Duration::from_secs(1)).await;
        response.end("first").expect("an answer");
    });
    let mut peer = Peer::connect(&server);
    let three = [GET, &GET.replace("/ ", "/drop "), GET].concat();
    peer.send(three).await;
    let answers = peer.rest().await;
    assert!(answers.ends_with("first"), "{answers}");
    assert_eq!(answers.matches("HTTP/1.1").count(), 1, "{answers}");
}

#[tokio::test]
async fn connections_are_counted_as_they_are_accepted() {
    let options = ServerOptions {
        max_connections: 1,
        ..ServerOptions::default()
    };
    let server = Server::new(options, |_, _| async {});
    let address = server.listen("127.0.0.1:0").await.expect("an address");
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(
            TcpStream::connect(address)
                .await
                .expect("the kernel accepts"),
        );
    }
    for client in &mut clients[1..] {
        assert_eq!(client.read(&mut [0]).await.unwrap_or(0), 0);
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_request_begins_with_its_first_byte() {
    let options = ServerOptions {
        headers_timeout: Duration::from_secs(60),
        request_timeout: Duration::from_secs(60),
        connections_checking_interval: Duration::from_secs(1),
        keep_alive_timeout: Duration::MAX,
        ..ServerOptions::default()
    };
    let server = Server::new(options, |mut request, mut response| async move {
        let body = request.collect(100).await.expect("the content");
        response.end(body).expect("an answer");
    });
    server.start_sweeping();
    let mut peer = Peer::connect(&server);
    sleep(Duration::from_secs(50)).await;
    peer.send(format!("{POST}Content-Length: 5\r\n\r\nhel"))
        .await;
    sleep(Duration::from_secs(20)).await;
    peer.send("lo").await;
    assert!(peer.rest().await.ends_with("hello"));
}
