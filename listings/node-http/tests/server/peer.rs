//! The other side of a connection in memory.

use node_http::{IncomingMessage, Server, ServerOptions, ServerResponse};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, duplex,
};
use tokio::time::timeout;

pub const GET: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/// A server with Node's options.
pub fn server<F, T>(handler: F) -> Server
where
    F: Fn(IncomingMessage, ServerResponse) -> T + Send + Sync + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    Server::new(ServerOptions::default(), handler)
}

/// Answers with the target.
pub fn echo() -> Server {
    server(|request, mut response| async move {
        response.end(request.url()).expect("an answer");
    })
}

pub struct Peer {
    stream: DuplexStream,
    got: Vec<u8>,
    pub writes: Arc<Mutex<Vec<String>>>,
}

/// How many bytes a connection in memory holds in each direction.
pub const PIPE: usize = 1 << 20;

impl Peer {
    pub fn connect(server: &Server) -> Peer {
        Peer::connect_with(server, PIPE)
    }

    pub fn connect_with(server: &Server, pipe: usize) -> Peer {
        let (ours, theirs) = duplex(pipe);
        let writes = Arc::default();
        let theirs = Recorded(theirs, Arc::clone(&writes));
        server.emit_connection(theirs, None);
        let got = Vec::new();
        Peer {
            stream: ours,
            got,
            writes,
        }
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let sent = soon(self.stream.write_all(bytes.as_ref())).await;
        sent.expect("the server reads");
    }

    /// As many of the bytes as go, within a second.
    pub async fn send_some(&mut self, bytes: &[u8]) -> usize {
        let mut sent = 0;
        while sent < bytes.len() {
            let wait = timeout(SECOND, self.stream.write(&bytes[sent..])).await;
            match wait {
                Ok(Ok(length)) => sent += length,
                Ok(Err(_)) | Err(_) => break,
            }
        }
        sent
    }

    /// No more is sent.
    pub async fn finish(&mut self) {
        self.stream.shutdown().await.expect("an open stream");
    }

    /// What came up to these words, and takes it.
    pub async fn until(&mut self, end: &str) -> String {
        loop {
            if let Some(at) = find(&self.got, end.as_bytes()) {
                let text: Vec<u8> = self.got.drain(..at + end.len()).collect();
                return masked(&text);
            }
            let read = soon(self.stream.read_buf(&mut self.got)).await;
            match read.expect("a stream") {
                0 => panic!("the end before {end:?}: {:?}", masked(&self.got)),
                _ => continue,
            }
        }
    }

    /// What came up to the end of the connection.
    pub async fn rest(&mut self) -> String {
        let read = soon(self.stream.read_to_end(&mut self.got)).await;
        read.expect("a stream");
        masked(&std::mem::take(&mut self.got))
    }

    /// What came within a second.
    pub async fn second(&mut self) -> String {
        let ends = async {
            while self.stream.read_buf(&mut self.got).await.expect("a stream") > 0 {}
        };
        let _ = timeout(SECOND, ends).await;
        masked(&std::mem::take(&mut self.got))
    }

    /// Sends and takes all that comes until the connection ends.
    pub async fn ask(&mut self, bytes: impl AsRef<[u8]>) -> String {
        self.send(bytes).await;
        self.rest().await
    }
}

/// What comes within hours of a clock that jumps.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(HOURS, future).await.expect("it never comes")
}

const SECOND: Duration = Duration::from_secs(1);
/// Of a clock that jumps when nobody has anything to do.
const HOURS: Duration = Duration::from_secs(10_000);

pub fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// The text, with the time of day taken out.
pub fn masked(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.split_inclusive("\r\n").map(|line| {
        let at = line.find("Date: ");
        at.map_or(line.to_owned(), |at| format!("{}Date: D\r\n", &line[..at]))
    });
    lines.collect()
}

/// The head of a usual answer with this between `Date` and the empty line.
pub fn ok(fields: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nDate: D\r\nConnection: keep-alive\r\n\
         Keep-Alive: timeout=5\r\n{fields}\r\n"
    )
}

/// A usual answer with this content.
pub fn ok_with(content: &str) -> String {
    let head = ok(&format!("Content-Length: {}\r\n", content.len()));
    head + content
}

/// Remembers each write.
struct Recorded(DuplexStream, Arc<Mutex<Vec<String>>>);

impl AsyncRead for Recorded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Recorded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let written = Pin::new(&mut self.0).poll_write(cx, bytes);
        if let Poll::Ready(Ok(length)) = written {
            self.1.lock().unwrap().push(masked(&bytes[..length]));
        }
        written
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
