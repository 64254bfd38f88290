//! How a server ends.

use crate::peer::{GET, Peer, echo, ok_with, server, soon};
use node_http::{Server, ServerOptions};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, duplex};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn close_ends_those_who_wait_and_lets_others_finish() {
    let server = server(|request, mut response| async move {
        if request.url() == "/slow" {
            sleep(Duration::from_secs(100)).await;
        }
        response.end(request.url()).unwrap();
    });
    server.start_sweeping();
    let mut silent = Peer::connect(&server);
    let mut idle = Peer::connect(&server);
    idle.send(GET).await;
    idle.until("\r\n\r\n/").await;
    let mut half = Peer::connect(&server);
    half.send("GET /half HTTP/1.1\r\nHo").await;
    let mut busy = Peer::connect(&server);
    busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
    busy.second().await;
    let start = Instant::now();
    server.close();
    assert_eq!(silent.rest().await, "");
    assert_eq!(idle.rest().await, "");
    assert_eq!(start.elapsed().as_millis(), 0);
    half.send("st: x\r\n\r\n").await;
    assert_eq!(half.until("/half").await, ok_with("/half"));
    assert_eq!(busy.until("/slow").await, ok_with("/slow"));
    // As in Node, both stay for another request, and then the server is closed.
    let start = Instant::now();
    soon(server.closed()).await;
    assert_eq!(start.elapsed().as_secs(), 6);
    assert_eq!(server.connections(), 0);
}

/// Node cuts it off: to `closeIdleConnections` an answer that was ended is sent.
#[tokio::test(start_paused = true)]
async fn close_waits_for_an_answer_that_is_being_sent() {
    let server = server(|_, mut response| async move {
        response.end(vec![b'x'; 1 << 20]).unwrap();
    });
    let mut peer = Peer::connect_with(&server, 1000);
    peer.send(GET).await;
    peer.until("xxx").await;
    server.close();
    let text = peer.rest().await;
    assert_eq!(text.matches('x').count(), (1 << 20) - 3);
}

/// Node stops sweeping when it closes.
#[tokio::test(start_paused = true)]
async fn a_head_that_never_ends_does_not_keep_a_server_open() {
    let server = echo();
    server.start_sweeping();
    let mut peer = Peer::connect(&server);
    peer.send("GET").await;
    peer.second().await;
    server.close();
    soon(server.closed()).await;
    assert!(peer.rest().await.starts_with("HTTP/1.1 408 "));
}

#[tokio::test(start_paused = true)]
async fn close_all_connections_ends_all() {
    let server = server(|_, mut response| async move {
        response.write("begun").unwrap();
        response.finished().await.unwrap_err();
    });
    let mut peer = Peer::connect(&server);
    peer.send(GET).await;
    peer.until("begun\r\n").await;
    server.close_all_connections();
    assert_eq!(peer.rest().await, "");
    assert_eq!(server.connections(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_closed_server_can_be_awaited_by_many() {
    let server = echo();
    let others = [server.clone(), server.clone()];
    let waits = others.map(|s| tokio::spawn(async move { s.closed().await }));
    let mut peer = Peer::connect(&server);
    peer.send(GET).await;
    peer.until("\r\n\r\n/").await;
    assert!(!waits[0].is_finished());
    server.close();
    for wait in waits {
        soon(wait).await.unwrap();
    }
}

/// It would have to write in order to shut down, and nobody reads.
struct Stuck(DuplexStream);

impl AsyncRead for Stuck {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, into)
    }
}

impl AsyncWrite for Stuck {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_does_not_shut_down_ends_all_the_same() {
    let second = Duration::from_secs(1);
    for limit in [Duration::ZERO, 10 * second] {
        let options = ServerOptions {
            timeout: limit,
            ..ServerOptions::default()
        };
        let server = Server::new(options, |_, mut response| async move {
            response.end("x").unwrap();
        });
        let (mut peer, stream) = duplex(1 << 16);
        server.emit_connection(Stuck(stream), None);
        peer.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
        sleep(9 * second).await;
        assert_eq!(server.connections(), 1);
        if limit.is_zero() {
            sleep(3600 * second).await;
            assert_eq!(server.connections(), 1);
            server.close_all_connections();
        }
        sleep(2 * second).await;
        assert_eq!(server.connections(), 0, "{limit:?}");
    }
}
