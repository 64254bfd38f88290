//! One peer sends requests in a row and reads nothing. How many handlers start, and how
//! much is taken of what it sends?

use node_http::{Server, ServerOptions};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;
use tokio::io::{AsyncWriteExt, duplex};
use tokio::time::{sleep, timeout};

const COUNT: usize = 10_000;
const GET: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    flood(
        "handlers that do not answer yet",
        Duration::from_secs(60),
        0,
    )
    .await;
    flood("handlers that answer 10,000 bytes", Duration::ZERO, 10_000).await;
}

async fn flood(what: &str, takes: Duration, size: usize) {
    let started = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&started);
    let server = Server::new(ServerOptions::default(), move |_, mut response| {
        count.fetch_add(1, Relaxed);
        async move {
            if !takes.is_zero() {
                sleep(takes).await;
            }
            // The peer may be gone.
            let _ = response.end(vec![b'x'; size]);
        }
    });
    let (mut peer, theirs) = duplex(4096);
    server.emit_connection(theirs, None);
    let bytes = GET.repeat(COUNT);
    let all = peer.write_all(bytes.as_bytes());
    let sent = timeout(Duration::from_secs(1), all).await.is_ok();
    println!("{what}: {} of {COUNT} started", started.load(Relaxed));
    println!("  and all that was sent is taken: {sent}");
}
