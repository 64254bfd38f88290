//! Two programs that are nearly right: a client that asks again, a server that echoes.

use node_http::{Error, IncomingMessage, Server, ServerOptions, ServerResponse};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A request whose connection broke before the answer was complete.
#[derive(Clone, Copy, Debug)]
pub struct Failed {
    pub method: &'static str,
    /// Another request was answered on this connection before.
    pub is_reused: bool,
    /// Bytes that came back since this one was sent.
    pub bytes_received: usize,
    /// All of its content is still in memory.
    pub has_all_content: bool,
}

/// Gives `decide` each kind of failure, and compares with the rule of RFC 9110 §9.2.2
/// and RFC 9112 §9.3.1.
pub fn may_retry(decide: fn(&Failed) -> bool) -> Result<(), String> {
    let idempotent = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];
    let others = ["POST", "PATCH", "CONNECT", "PURGE", "get"];
    for method in idempotent.into_iter().chain(others) {
        for number in 0..8 {
            let failed = Failed {
                method,
                is_reused: number & 1 == 1,
                bytes_received: (number & 2) * 8,
                has_all_content: number & 4 == 4,
            };
            let nothing_came = failed.is_reused && failed.bytes_received == 0;
            let right =
                idempotent.contains(&method) && nothing_came && failed.has_all_content;
            let mine = decide(&failed);
            if mine != right {
                return Err(format!("For {failed:?}\nyou say {mine}."));
            }
        }
    }
    Ok(())
}

/// What is sent to the echo, and how much of it may be on its way: two buffers of 64 KiB
/// in the server, one in each direction of the connection, and a piece or two.
const SENT: usize = 8 << 20;
const MOST: usize = 1 << 20;

/// Sends a lot and reads nothing, until nothing is taken any more; then reads all.
pub fn echo<F, T>(handler: F) -> Result<(), String>
where
    F: Fn(IncomingMessage, ServerResponse) -> T + Copy + Send + Sync + 'static,
    T: Future<Output = Result<(), Error>> + Send + 'static,
{
    // Time passes when nothing else can happen.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let server =
            Server::new(ServerOptions::default(), move |req, res| async move {
                let _ = handler(req, res).await;
            });
        let (mut client, stream) = tokio::io::duplex(64 << 10);
        server.emit_connection(stream, None);
        let head =
            format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {SENT}\r\n\r\n");
        let wrong = |error: std::io::Error| format!("The server hangs up: {error}");
        client.write_all(head.as_bytes()).await.map_err(wrong)?;
        let taken = silent(&mut client).await?;
        if taken > MOST {
            return Err(format!(
                "The server took {taken} bytes from a client that reads nothing."
            ));
        }
        let (mut reader, mut writer) = tokio::io::split(client);
        let rest = vec![b'x'; SENT - taken];
        let send = async { writer.write_all(&rest).await };
        let read = async {
            let (mut read, mut buffer) = (0, vec![0; 64 << 10]);
            while read < SENT {
                read += match reader.read(&mut buffer).await? {
                    0 => break,
                    count => count,
                };
            }
            Ok(read)
        };
        let (_, read) = tokio::try_join!(send, read).map_err(wrong)?;
        match read >= SENT {
            true => Ok(()),
            false => Err(format!("Of {SENT} bytes {read} came back.")),
        }
    })
}

/// Sends for as long as something is taken within a second.
async fn silent(client: &mut tokio::io::DuplexStream) -> Result<usize, String> {
    let piece = vec![b'x'; 16 << 10];
    let mut taken = 0;
    while taken < SENT {
        let most = piece.len().min(SENT - taken);
        let write = client.write(&piece[..most]);
        match tokio::time::timeout(Duration::from_secs(1), write).await {
            Ok(Ok(count)) => taken += count,
            Ok(Err(error)) => return Err(format!("The server hangs up: {error}")),
            Err(_) => break,
        }
    }
    Ok(taken)
}
