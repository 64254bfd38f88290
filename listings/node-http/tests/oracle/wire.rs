//! What the twins share: raw sockets, and bytes as text.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Where a twin and its handlers print.
#[derive(Clone, Default)]
pub struct Out(Arc<Mutex<String>>);

impl Out {
    pub fn line(&self, line: &str) {
        writeln!(self.0.lock().unwrap(), "{line}").unwrap();
    }

    /// Bytes as the programs print them: `Date` and the port masked, line by line.
    pub fn show(&self, bytes: &[u8]) {
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        for line in text.split_inclusive('\n') {
            let masked = match line.split_once(": ") {
                Some(("Date", _)) => "Date: *\r\n",
                Some(("Host", host)) if host.starts_with("127.0.0.1:") => {
                    "Host: 127.0.0.1:*\r\n"
                }
                _ => line,
            };
            let escaped = masked.replace('\r', "\\r").replace('\n', "\\n");
            self.line(&format!("  {escaped}"));
        }
    }
}

/// Runs a twin as Node runs a program: on one thread. The deadline is for a twin that
/// hangs.
pub fn run<F, T>(twin: F) -> String
where
    F: FnOnce(Out) -> T,
    T: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let out = Out::default();
    let twin = twin(out.clone());
    runtime.block_on(async {
        let deadline = tokio::time::timeout(Duration::from_secs(60), twin);
        deadline.await.expect("the twin comes to an end");
    });
    out.0.lock().unwrap().clone()
}

/// Sends all, says that nothing follows, and reads to the end.
pub async fn ask(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    // What is refused may be refused before all of it was sent.
    let _ = socket.write_all(bytes).await;
    let _ = socket.shutdown().await;
    to_end(&mut socket).await
}

/// Sends all, and reads until the other side ends.
pub async fn ask_open(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    socket.write_all(bytes).await.expect("it is sent");
    to_end(&mut socket).await
}

/// Sends one piece, and the next when something was answered; after the last, says that
/// nothing follows.
pub async fn converse(address: SocketAddr, pieces: &[&[u8]]) -> Vec<u8> {
    let mut socket = TcpStream::connect(address).await.expect("a connection");
    let mut read = Vec::new();
    let mut pieces = pieces.iter();
    loop {
        match pieces.next() {
            Some(piece) => socket.write_all(piece).await.expect("it is sent"),
            None => {
                let _ = socket.shutdown().await;
                read.extend(to_end(&mut socket).await);
                return read;
            }
        }
        if !matches!(socket.read_buf(&mut read).await, Ok(1..)) {
            return read;
        }
    }
}

/// All there is until the other side ends, or resets.
pub async fn to_end(socket: &mut TcpStream) -> Vec<u8> {
    let mut read = Vec::new();
    while let Ok(1..) = socket.read_buf(&mut read).await {}
    read
}

/// A server that is only a socket: `serve` gets each connection, with its number.
pub async fn raw_server<F, T>(serve: F) -> u16
where
    F: Fn(usize, TcpStream) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("an address");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        for number in 1.. {
            let (socket, _) = listener.accept().await.expect("a connection");
            tokio::spawn(serve(number, socket));
        }
    });
    port
}

/// Reads until what was read is complete; false at the end of the stream.
pub async fn read_until(
    socket: &mut TcpStream,
    read: &mut Vec<u8>,
    is_complete: impl Fn(&[u8]) -> bool,
) -> bool {
    loop {
        if !matches!(socket.read_buf(read).await, Ok(1..)) {
            return false;
        }
        if is_complete(read) {
            return true;
        }
    }
}
