//! A peer that asks and reads nothing, and two handlers: one that heeds what `write`
//! returns, and one that does not. The clock is tokio's and jumps.

use node_http::{Server, ServerOptions, ServerResponse};
use std::time::Duration;
use tokio::io::{AsyncWriteExt, duplex};
use tokio::sync::watch;
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let never = Duration::ZERO;
    ask("heeds it", true, never).await;
    ask("does not", false, never).await;
    ask("heeds it, timeout 2 min", true, Duration::from_secs(120)).await;
}

async fn ask(what: &str, heeds: bool, timeout: Duration) {
    let options = ServerOptions {
        timeout,
        ..ServerOptions::default()
    };
    let (say, waits) = watch::channel(0);
    let server = Server::new(options, move |_, response| {
        produce(response, heeds, say.clone())
    });
    let (mut peer, theirs) = duplex(4096);
    server.emit_connection(theirs, None);
    let request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    peer.write_all(request).await.expect("it reads");
    sleep(Duration::from_secs(3600)).await;
    let waits = *waits.borrow();
    let lives = server.connections() == 1;
    println!("{what}: {waits} bytes wait; connected after an hour: {lives}");
}

async fn produce(mut response: ServerResponse, heeds: bool, say: watch::Sender<usize>) {
    for _ in 0..1000 {
        let Ok(goes_on) = response.write([b'x'; 100_000]) else {
            return;
        };
        say.send_replace(response.writable_length());
        if heeds && !goes_on && response.drain().await.is_err() {
            return;
        }
    }
    // The peer may be gone.
    let _ = response.end("");
}
