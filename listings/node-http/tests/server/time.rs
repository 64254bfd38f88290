//! The timeouts, on a clock that jumps.

use crate::peer::{GET, Peer, echo, ok_with, server};
use node_http::{Server, ServerOptions};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const LATE: &str = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n";

/// Seconds since then; the clock stands still while something runs.
fn seconds(since: Instant) -> u64 {
    since.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_lives_a_second_longer_than_announced() {
    let server = echo();
    let mut peer = Peer::connect(&server);
    let start = Instant::now();
    assert_eq!(peer.ask(GET).await, ok_with("/"));
    assert_eq!(start.elapsed().as_millis(), 6000);
}

#[tokio::test(start_paused = true)]
async fn the_idle_time_begins_anew_with_each_answer() {
    let server = echo();
    let mut peer = Peer::connect(&server);
    let start = Instant::now();
    for _ in 0..3 {
        peer.send(GET).await;
        peer.until("\r\n\r\n/").await;
        sleep(Duration::from_secs(5)).await;
    }
    peer.rest().await;
    assert_eq!(seconds(start), 16);
}

#[tokio::test(start_paused = true)]
async fn a_handler_may_take_its_time() {
    let server = server(|_, mut response| async move {
        sleep(Duration::from_secs(3600)).await;
        response.end("late").unwrap();
    });
    server.start_sweeping();
    let mut peer = Peer::connect(&server);
    let start = Instant::now();
    for hour in 1..=2 {
        peer.send(GET).await;
        assert_eq!(peer.until("late").await, ok_with("late"));
        assert_eq!(seconds(start), hour * 3600);
    }
}

/// A limit of 60 s, looked at every 30 s: at 60 s it is not yet exceeded.
#[tokio::test(start_paused = true)]
async fn a_head_that_never_ends_is_swept_up() {
    for begin in ["", "GET / HTTP/1.1\r\nHo"] {
        let server = echo();
        server.start_sweeping();
        let mut peer = Peer::connect(&server);
        let start = Instant::now();
        assert_eq!(peer.ask(begin).await, LATE);
        assert_eq!(seconds(start), 90);
    }
}

#[tokio::test(start_paused = true)]
async fn a_byte_now_and_then_does_not_help() {
    let server = echo();
    server.start_sweeping();
    let mut peer = Peer::connect(&server);
    let start = Instant::now();
    let head = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
    let mut got = String::new();
    for byte in head.bytes().chain(std::iter::repeat(b'x')) {
        if peer.send_some(&[byte]).await == 0 {
            break;
        }
        got += &peer.second().await;
        sleep(Duration::from_secs(8)).await;
        assert!(seconds(start) < 200, "it goes on for ever");
    }
    assert_eq!(got, LATE);
}

#[tokio::test(start_paused = true)]
async fn a_whole_request_has_300_seconds() {
    let server = server(|mut request, mut response| async move {
        let read = request.collect(1000).await;
        let _ = response.end(format!("{read:?}"));
    });
    server.start_sweeping();
    let mut peer = Peer::connect(&server);
    let start = Instant::now();
    let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n";
    assert_eq!(peer.ask(head).await, LATE);
    assert_eq!(seconds(start), 330);
}

/// Its answer is there, the request is not.
#[tokio::test(start_paused = true)]
async fn an_early_answer_does_not_lift_the_limit() {
    let server = echo();
    server.start_sweeping();
    let mut peer = Peer::connect(&server);
    let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n";
    peer.send(head).await;
    assert_eq!(peer.until("\r\n\r\n/").await, ok_with("/"));
    let start = Instant::now();
    let mut got = String::new();
    while got.is_empty() {
        // No idle time: something moves.
        peer.send_some(b"x").await;
        got = peer.second().await;
    }
    assert_eq!(got, LATE);
    assert_eq!(seconds(start), 330);
}

#[tokio::test(start_paused = true)]
async fn the_second_request_has_its_own_time() {
    let server = echo();
    server.start_sweeping();
    let mut peer = Peer::connect(&server);
    sleep(Duration::from_secs(59)).await;
    peer.send(GET).await;
    peer.until("\r\n\r\n/").await;
    // It begins at 59 s: at 90 s it is not late, at 120 s it is.
    let start = Instant::now();
    for byte in GET.bytes().take(20) {
        peer.send_some(&[byte]).await;
        sleep(Duration::from_secs(3)).await;
    }
    peer.send_some(b"x").await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(peer.ask("").await, LATE);
    assert_eq!(seconds(start), 61);
}

#[tokio::test(start_paused = true)]
async fn zero_is_no_limit() {
    let options = ServerOptions {
        headers_timeout: Duration::ZERO,
        request_timeout: Duration::ZERO,
        keep_alive_timeout: Duration::ZERO,
        ..ServerOptions::default()
    };
    let server = Server::new(options, |_, mut response| async move {
        response.end("x").unwrap();
    });
    server.start_sweeping();
    let mut peer = Peer::connect(&server);
    peer.send(GET).await;
    let text = peer.until("\r\n\r\nx").await;
    assert!(!text.contains("Keep-Alive"), "{text}");
    sleep(Duration::from_secs(8000)).await;
    peer.send(&GET[..5]).await;
    sleep(Duration::from_secs(8000)).await;
    peer.send(&GET[5..]).await;
    peer.until("\r\n\r\nx").await;
}

#[tokio::test(start_paused = true)]
async fn timeout_is_for_all_that_stands_still() {
    let options = ServerOptions {
        timeout: Duration::from_secs(10),
        ..ServerOptions::default()
    };
    let server = Server::new(options, |_, mut response| async move {
        sleep(Duration::from_secs(60)).await;
        let _ = response.end("x");
    });
    // Nothing said; a head that stops; an answer that does not come.
    for begin in ["", "GET", GET] {
        let mut peer = Peer::connect(&server);
        let start = Instant::now();
        assert_eq!(peer.ask(begin).await, "", "{begin:?}");
        assert_eq!(seconds(start), 10, "{begin:?}");
    }
    // An answer that nobody takes.
    let options = ServerOptions {
        timeout: Duration::from_secs(10),
        ..ServerOptions::default()
    };
    let server = Server::new(options, |_, mut response| async move {
        let _ = response.end(vec![b'x'; 1 << 20]);
    });
    let mut peer = Peer::connect_with(&server, 1000);
    peer.send(GET).await;
    sleep(Duration::from_secs(11)).await;
    assert_eq!(server.connections(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_looks_at_intervals_and_not_in_between() {
    let options = ServerOptions {
        headers_timeout: Duration::from_millis(300),
        connections_checking_interval: Duration::from_secs(1),
        ..ServerOptions::default()
    };
    let server = Server::new(options, |_, response| async move { drop(response) });
    server.start_sweeping();
    let mut peer = Peer::connect(&server);
    let start = Instant::now();
    assert_eq!(peer.ask("GET").await, LATE);
    assert_eq!(start.elapsed().as_millis(), 1000);
}
