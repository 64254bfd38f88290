//! Peers that never end their heads, against Node's options: when does each get its
//! answer? The clock is tokio's and jumps: ninety seconds take none.

use node_http::{Server, ServerOptions};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::time::{Instant, sleep};

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let server = Server::new(ServerOptions::default(), |_, mut response| async move {
        response.end("hello").expect("an answer");
    });
    server.start_sweeping();
    let head = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
    slow(&server, "says nothing", "", "").await;
    slow(&server, "sends half a head", head, "").await;
    slow(&server, "sends a byte every 10 s", head, "x").await;
}

/// Sends `head` at once, then `more` every ten seconds.
async fn slow(server: &Server, what: &str, head: &str, more: &str) {
    let (stream, theirs) = duplex(4096);
    server.emit_connection(theirs, None);
    let start = Instant::now();
    let (mut read, mut write) = tokio::io::split(stream);
    let (head, more) = (head.to_owned(), more.to_owned());
    let sending = tokio::spawn(async move {
        let mut open = write.write_all(head.as_bytes()).await.is_ok();
        while open {
            sleep(Duration::from_secs(10)).await;
            open = write.write_all(more.as_bytes()).await.is_ok();
        }
    });
    let mut answer = String::new();
    read.read_to_string(&mut answer)
        .await
        .expect("a stream in memory");
    let line = answer.lines().next().unwrap_or("nothing");
    println!("{what}: {line} after {} s", start.elapsed().as_secs());
    sending.abort();
}
