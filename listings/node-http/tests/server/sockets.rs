//! The same through the kernel.

use crate::peer::{GET, echo, find, masked, ok_with, server};
use node_http::{Server, ServerOptions};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A guard against hanging, and no more.
const LONG: Duration = Duration::from_secs(60);

async fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut got = Vec::new();
    while find(&got, end.as_bytes()).is_none() {
        let read = timeout(LONG, stream.read_buf(&mut got)).await;
        assert_ne!(read.expect("it comes").expect("a stream"), 0, "{got:?}");
    }
    masked(&got)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_listens_answers_and_closes() {
    let server = echo();
    let address = server.listen("127.0.0.1:0").await.unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    for _ in 0..2 {
        stream.write_all(GET.as_bytes()).await.unwrap();
        assert_eq!(until(&mut stream, "\r\n\r\n/").await, ok_with("/"));
    }
    server.close();
    timeout(LONG, server.closed()).await.expect("it closes");
    assert!(TcpStream::connect(address).await.is_err());
    assert_eq!(stream.read(&mut [0]).await.unwrap_or(0), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_clients_at_once_get_each_their_answer() {
    let server = echo();
    let address = server.listen("127.0.0.1:0").await.unwrap();
    let clients = (0..50).map(|client| {
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            for request in 0..20 {
                let path = format!("/{client}/{request}");
                let bytes = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
                stream.write_all(bytes.as_bytes()).await.unwrap();
                let end = format!("\r\n\r\n{path}");
                assert_eq!(until(&mut stream, &end).await, ok_with(&path));
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_beyond_the_limit_are_closed() {
    let options = ServerOptions {
        max_connections: 1,
        ..ServerOptions::default()
    };
    let server = Server::new(options, |_, mut response| async move {
        response.end("x").unwrap();
    });
    let address = server.listen("127.0.0.1:0").await.unwrap();
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(GET.as_bytes()).await.unwrap();
    until(&mut first, "\r\n\r\nx").await;
    let mut second = TcpStream::connect(address).await.unwrap();
    let read = timeout(LONG, second.read(&mut [0])).await.expect("an end");
    assert_eq!(read.unwrap_or(0), 0);
}

/// The kernel holds some of it; the server holds no more than it says.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nobody_reads_waits_in_the_handler() {
    let (say, mut hear) = tokio::sync::watch::channel(0_usize);
    let server = server(move |_, mut response| {
        let say = say.clone();
        async move {
            while let Ok(goes_on) = response.write(vec![b'x'; 10_000]) {
                say.send_replace(response.writable_length());
                if !goes_on && response.drain().await.is_err() {
                    break;
                }
            }
        }
    });
    let address = server.listen("127.0.0.1:0").await.unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(GET.as_bytes()).await.unwrap();
    let full = hear.wait_for(|length| *length >= 64 << 10);
    let most = *timeout(LONG, full).await.expect("it fills").unwrap();
    assert!(most < (64 << 10) + 11_000, "{most}");
    drop(stream);
    let gone = async {
        while server.connections() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, gone).await.expect("it ends");
}
