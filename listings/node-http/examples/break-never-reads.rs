//! A peer that asks and reads nothing, and two handlers: one that heeds what `write`
//! returns, and one that does not. The clock is tokio's and jumps.

use node_http::{Server, ServerOptions, ServerResponse};
use std::time::Duration;
use tokio::io::{AsyncWriteExt, duplex};
use tokio::sync::watch;
use tokio::time::sleep;

const PART: usize = 100_000;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    for heeds in [true, false] {
        let never = Duration::ZERO;
        let waits = ask(heeds, never).await;
        println!("heeds: {heeds}, bytes that wait in the server: {waits}");
    }
    ask(true, Duration::from_secs(120)).await;
}

/// How much waits for a peer that reads nothing.
async fn ask(heeds: bool, timeout: Duration) -> usize {
    let options = ServerOptions {
        timeout,
        ..ServerOptions::default()
    };
    let (say, hear) = watch::channel(0);
    let server = Server::new(options, move |_, response| {
        produce(response, heeds, say.clone())
    });
    let (mut peer, theirs) = duplex(4096);
    server.emit_connection(theirs, None);
    let request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    peer.write_all(request).await.expect("it reads");
    sleep(Duration::from_secs(3600)).await;
    let connections = server.connections();
    println!("after an hour with timeout {timeout:?}: {connections} connection");
    let waits = *hear.borrow();
    server.close_all_connections();
    waits
}

async fn produce(mut response: ServerResponse, heeds: bool, say: watch::Sender<usize>) {
    for _ in 0..1000 {
        let Ok(goes_on) = response.write([b'x'; PART]) else {
            return;
        };
        say.send_replace(response.writable_length());
        if heeds && !goes_on && response.drain().await.is_err() {
            return;
        }
    }
}
