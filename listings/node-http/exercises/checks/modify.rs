//! Two programs that are nearly right: a client that asks again, a server that echoes.

use super::api::Failed;
use bytes::BytesMut;
use http_wire::{Config, Event, Method, ResponseParser};
use node_http::{Error, IncomingMessage, Server, ServerOptions, ServerResponse};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

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
                bytes_received: (number & 2) / 2,
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

/// What is sent to the echo; how much of it may be on its way while nothing is read: 64
/// KiB in the response and a piece beyond, and as much in the request, in the server's
/// buffer, and in either direction of the connection.
const SENT: usize = 8 << 20;
const MOST: usize = 6 * (64 << 10);

/// Bytes that differ from place to place.
fn content() -> Vec<u8> {
    let numbers = 0..SENT as u32;
    numbers
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect()
}

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
        let server = Server::new(ServerOptions::default(), move |req, res| async move {
            let _ = handler(req, res).await;
        });
        let (mut client, stream) = tokio::io::duplex(64 << 10);
        server.emit_connection(stream, None);
        let content = content();
        let head = format!(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {SENT}\r\n\r\n"
        );
        let wrong = |error: std::io::Error| format!("The server hangs up: {error}");
        client.write_all(head.as_bytes()).await.map_err(wrong)?;
        let taken = silent(&mut client, &content).await?;
        let (mut reader, mut writer) = tokio::io::split(client);
        let send = async {
            // Whoever does not want the rest says so by what it answers.
            let _ = writer.write_all(&content[taken..]).await;
        };
        let read = async {
            let mut answer = Vec::new();
            reader.read_to_end(&mut answer).await.map(|_| answer)
        };
        let both = async { tokio::join!(send, read) };
        let long = Duration::from_secs(1000);
        let Ok(((), answer)) = tokio::time::timeout(long, both).await else {
            return Err("The answer has no end.".into());
        };
        let answered = body(&answer.map_err(wrong)?)?;
        if answered != content {
            let (came, right) = (answered.len(), same(&answered, &content));
            return Err(format!(
                "Of {SENT} bytes {came} came back, and the first {right} are right."
            ));
        }
        match taken <= MOST {
            true => Ok(()),
            false => Err(format!(
                "It echoes all, but it took {taken} bytes from a client that reads nothing."
            )),
        }
    })
}

fn same(one: &[u8], other: &[u8]) -> usize {
    let pairs = one.iter().zip(other);
    pairs.take_while(|(a, b)| a == b).count()
}

/// The content of a response.
fn body(answer: &[u8]) -> Result<Vec<u8>, String> {
    let mut parser = ResponseParser::new(Config::default());
    parser.expect(&Method::Post);
    let (mut input, mut content) = (BytesMut::from(answer), Vec::new());
    loop {
        match parser.next(&mut input) {
            Ok(Some(Event::Data(data))) => content.extend_from_slice(&data),
            Ok(Some(Event::End)) => return Ok(content),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return Err("The answer has no end.".into()),
        }
    }
}

/// Sends for as long as something is taken within a second.
async fn silent(
    client: &mut tokio::io::DuplexStream,
    content: &[u8],
) -> Result<usize, String> {
    let mut taken = 0;
    while taken < content.len() {
        let most = content.len().min(taken + (16 << 10));
        let write = client.write(&content[taken..most]);
        match tokio::time::timeout(Duration::from_secs(1), write).await {
            Ok(Ok(count)) => taken += count,
            Ok(Err(error)) => return Err(format!("The server hangs up: {error}")),
            Err(_) => break,
        }
    }
    Ok(taken)
}
