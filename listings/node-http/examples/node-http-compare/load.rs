//! The other side: a client that only counts answers, a server that only answers.

use crate::Result;
use std::net::Ipv4Addr;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const REQUEST: &str = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
const END: &[u8] = b"Hello, World!";
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\nHello, World!";

fn runtime() -> Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    Ok(builder.enable_all().build()?)
}

/// Asks on all connections, so many requests in a row, for this time; returns how many
/// were answered.
pub fn load(port: u16, connections: usize, row: usize, time: Duration) -> Result<u64> {
    runtime()?.block_on(async {
        let end = Instant::now() + time;
        let clients: Vec<_> = (0..connections)
            .map(|_| tokio::spawn(client(port, row, end)))
            .collect();
        let mut requests = 0;
        for client in clients {
            requests += client.await??;
        }
        Ok(requests)
    })
}

async fn client(port: u16, row: usize, end: Instant) -> std::io::Result<u64> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.set_nodelay(true)?;
    let requests = REQUEST.repeat(row);
    let mut buffer = Vec::with_capacity(64 << 10);
    let mut answered = 0;
    while Instant::now() < end {
        stream.write_all(requests.as_bytes()).await?;
        buffer.clear();
        let mut seen = 0;
        let mut found = 0;
        while found < row {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            while let Some(at) = find(&buffer[seen..]) {
                seen += at + END.len();
                found += 1;
            }
        }
        answered += row as u64;
    }
    Ok(answered)
}

/// Where the content of an answer begins.
fn find(bytes: &[u8]) -> Option<usize> {
    // The text stands nowhere else.
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == END[0]) {
        let place = from + at;
        if bytes[place..].starts_with(END) {
            return Some(place);
        }
        from = place + 1;
    }
    None
}

/// Answers every request that comes in one read; returns the port.
pub fn answer() -> Result<u16> {
    let (sender, port) = mpsc::channel();
    std::thread::spawn(move || {
        let served = runtime().map(|runtime| runtime.block_on(serve(sender)));
        if let Err(error) = served {
            eprintln!("{error}");
        }
    });
    Ok(port.recv()?)
}

async fn serve(port: mpsc::Sender<u16>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.expect("an address");
    let address = listener.local_addr().expect("an address");
    port.send(address.port()).expect("somebody wants to know");
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answers(stream));
    }
}

async fn answers(mut stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let mut buffer = [0; 4096];
    let mut length = 0;
    while let Ok(count @ 1..) = stream.read(&mut buffer[length..]).await {
        length += count;
        if buffer[..length].ends_with(b"\r\n\r\n") {
            length = 0;
            if stream.write_all(ANSWER).await.is_err() {
                return;
            }
        }
    }
}
