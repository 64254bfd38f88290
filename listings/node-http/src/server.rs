//! The server: `http.createServer` and what belongs to it.

use crate::connection::{self, Entry};
use crate::error::Error;
use crate::incoming::IncomingMessage;
use crate::response::ServerResponse;
use crate::sweep::ConnectionsList;
use crate::upgrade::Upgraded;
use bytes::Bytes;
use http_wire::{Config, Lenient, Limits};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, ToSocketAddrs};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

// ANCHOR: options
/// What a server allows. The names and the values are those of `http.createServer`,
/// but for the last two. A duration of zero is no limit.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// How long the head of a request may take, seen at the next sweep: 60 s.
    pub headers_timeout: Duration,
    /// How long a whole request may take, seen at the next sweep: 300 s.
    pub request_timeout: Duration,
    /// Between two sweeps: 30 s.
    pub connections_checking_interval: Duration,
    /// What `Keep-Alive` announces to the client, in whole seconds: 5 s.
    pub keep_alive_timeout: Duration,
    /// How much longer an idle connection really lives: 1 s.
    pub keep_alive_timeout_buffer: Duration,
    /// How long a connection may move no byte: no limit.
    pub timeout: Duration,
    /// Bytes of a head, without what stands between its tokens: 16 KiB.
    pub max_header_size: u32,
    /// Fields of a head; 0 is no limit: 1,000.
    pub max_headers_count: u32,
    /// Requests of a connection; 0 is no limit: 0.
    pub max_requests_per_socket: u32,
    /// Bytes that wait in a connection, each way, before it says no: 64 KiB. Heads of
    /// requests that wait for their turn may have as many, with 32 for each field.
    pub high_water_mark: usize,
    /// HTTP/1.1 without `Host` gets 400: true.
    pub require_host_header: bool,
    /// Writing content where there can be none is an error: false.
    pub reject_non_standard_body_writes: bool,
    /// Connections; beyond, new ones are closed at once: no limit.
    pub max_connections: usize,
    /// Not in Node: requests of a connection whose answers are not sent. Beyond, it is
    /// not read any further: 256.
    pub max_pipelined: usize,
}
// ANCHOR_END: options

impl Default for ServerOptions {
    fn default() -> ServerOptions {
        ServerOptions {
            headers_timeout: Duration::from_secs(60),
            request_timeout: Duration::from_secs(300),
            connections_checking_interval: Duration::from_secs(30),
            keep_alive_timeout: Duration::from_secs(5),
            keep_alive_timeout_buffer: Duration::from_secs(1),
            timeout: Duration::ZERO,
            max_header_size: 16 << 10,
            max_headers_count: 1000,
            max_requests_per_socket: 0,
            high_water_mark: 64 << 10,
            require_host_header: true,
            reject_non_standard_body_writes: false,
            max_connections: usize::MAX,
            max_pipelined: 256,
        }
    }
}

impl ServerOptions {
    /// What the parser allows. Node counts the bytes of names, values and target; this
    /// leaves room for what stands between them, and the exact count comes after.
    pub(crate) fn parser(&self) -> Config {
        let fields = match self.max_headers_count {
            0 => u32::MAX,
            most => most,
        };
        let between = fields.min(1 << 20).saturating_mul(4).saturating_add(64);
        let head_bytes = self.max_header_size.saturating_add(between);
        let limits = Limits {
            start_line: head_bytes,
            head_bytes,
            field_count: fields,
            chunk_line: 17 << 10,
            chunk_extensions: 16 << 10,
            trailer_bytes: head_bytes,
            trailer_count: fields,
            body: u64::MAX,
        };
        // What llhttp takes though RFC 9112 does not.
        let lenient = Lenient {
            raw_target: true,
            any_version: true,
            missing_host: true,
            odd_host: true,
            other_codings: true,
            transfer_encoding_in_1_0: true,
            ..Lenient::default()
        };
        Config { limits, lenient }
    }
}

/// What a listener returns: it runs until it is done.
pub(crate) type Task = Pin<Box<dyn Future<Output = ()> + Send>>;
pub(crate) type Handler =
    Box<dyn Fn(IncomingMessage, ServerResponse) -> Task + Send + Sync>;
type UpgradeHandler = Box<dyn Fn(IncomingMessage, Upgraded) -> Task + Send + Sync>;
type ErrorHandler = Box<dyn Fn(&Error) -> Option<Bytes> + Send + Sync>;
type DropHandler = Box<dyn Fn(&http_wire::Request) + Send + Sync>;

/// A server, and what its connections need of it.
pub(crate) struct Shared {
    pub options: ServerOptions,
    pub request: Handler,
    pub check_continue: OnceLock<Handler>,
    pub check_expectation: OnceLock<Handler>,
    pub upgrade: OnceLock<UpgradeHandler>,
    pub connect: OnceLock<UpgradeHandler>,
    pub client_error: OnceLock<ErrorHandler>,
    pub drop_request: OnceLock<DropHandler>,
    pub connections: ConnectionsList,
    /// Notified when a connection is gone.
    pub gone: Notify,
    closing: watch::Sender<bool>,
    is_sweeping: AtomicBool,
    /// Tasks that accept.
    listening: watch::Sender<usize>,
}

/// A server: `http.Server`. Clones are the same server.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("options", &self.0.options)
            .field("connections", &self.0.connections.len())
            .finish_non_exhaustive()
    }
}

fn boxed<F, T>(handler: F) -> Handler
where
    F: Fn(IncomingMessage, ServerResponse) -> T + Send + Sync + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    Box::new(move |request, response| Box::pin(handler(request, response)))
}

fn boxed_upgrade<F, T>(handler: F) -> UpgradeHandler
where
    F: Fn(IncomingMessage, Upgraded) -> T + Send + Sync + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    Box::new(move |request, socket| Box::pin(handler(request, socket)))
}

impl Server {
    /// A server that hands each request to `handler` (`'request'`).
    ///
    /// The handler is called, and its future polled for the first time, as soon as the
    /// head is there, in the order of the requests; then all of a connection run side by
    /// side. One that panics ends its connection. One whose connection ends goes on by
    /// itself, and is told by the errors it gets.
    pub fn new<F, T>(mut options: ServerOptions, handler: F) -> Server
    where
        F: Fn(IncomingMessage, ServerResponse) -> T + Send + Sync + 'static,
        T: Future<Output = ()> + Send + 'static,
    {
        // With room for nothing, nothing would ever come.
        options.high_water_mark = options.high_water_mark.max(1);
        Server(Arc::new(Shared {
            options,
            request: boxed(handler),
            check_continue: OnceLock::new(),
            check_expectation: OnceLock::new(),
            upgrade: OnceLock::new(),
            connect: OnceLock::new(),
            client_error: OnceLock::new(),
            drop_request: OnceLock::new(),
            connections: ConnectionsList::new(),
            gone: Notify::new(),
            closing: watch::Sender::new(false),
            is_sweeping: AtomicBool::new(false),
            listening: watch::Sender::new(0),
        }))
    }

    /// Requests with `Expect: 100-continue` go here, and the 100 is the listener's to
    /// send (`'checkContinue'`). The first listener set is the one, here and below.
    #[must_use]
    pub fn on_check_continue<F, T>(self, handler: F) -> Server
    where
        F: Fn(IncomingMessage, ServerResponse) -> T + Send + Sync + 'static,
        T: Future<Output = ()> + Send + 'static,
    {
        let _ = self.0.check_continue.set(boxed(handler));
        self
    }

    /// Requests with another `Expect` go here, instead of getting 417
    /// (`'checkExpectation'`).
    #[must_use]
    pub fn on_check_expectation<F, T>(self, handler: F) -> Server
    where
        F: Fn(IncomingMessage, ServerResponse) -> T + Send + Sync + 'static,
        T: Future<Output = ()> + Send + 'static,
    {
        let _ = self.0.check_expectation.set(boxed(handler));
        self
    }

    /// Requests with `Upgrade` go here, with their connection (`'upgrade'`); without a
    /// listener they are requests like any other.
    ///
    /// The connection is handed over when earlier requests have their answers and the
    /// content of this one, which may have `highWaterMark` bytes, is there.
    #[must_use]
    pub fn on_upgrade<F, T>(self, handler: F) -> Server
    where
        F: Fn(IncomingMessage, Upgraded) -> T + Send + Sync + 'static,
        T: Future<Output = ()> + Send + 'static,
    {
        let _ = self.0.upgrade.set(boxed_upgrade(handler));
        self
    }

    /// `CONNECT` goes here, with its connection (`'connect'`); without a listener the
    /// connection ends.
    #[must_use]
    pub fn on_connect<F, T>(self, handler: F) -> Server
    where
        F: Fn(IncomingMessage, Upgraded) -> T + Send + Sync + 'static,
        T: Future<Output = ()> + Send + 'static,
    {
        let _ = self.0.connect.set(boxed_upgrade(handler));
        self
    }

    /// What to send before a connection ends because of an error (`'clientError'`);
    /// none sends nothing. Without a listener it is 400, 408, 413 or 431. It is not sent
    /// behind the beginning of an answer.
    #[must_use]
    pub fn on_client_error<F>(self, handler: F) -> Server
    where
        F: Fn(&Error) -> Option<Bytes> + Send + Sync + 'static,
    {
        let _ = self.0.client_error.set(Box::new(handler));
        self
    }

    /// Told of requests beyond `maxRequestsPerSocket`, which get 503 (`'dropRequest'`).
    #[must_use]
    pub fn on_drop_request<F>(self, handler: F) -> Server
    where
        F: Fn(&http_wire::Request) + Send + Sync + 'static,
    {
        let _ = self.0.drop_request.set(Box::new(handler));
        self
    }

    /// Accepts connections, on the runtime of the caller, until [`close`](Self::close).
    /// As in Node, a server that listens goes on when nobody has a `Server` any more: it
    /// and all that its listeners hold stay until then.
    ///
    /// # Errors
    /// What the kernel says to `bind` and `listen`. After [`close`](Self::close) always:
    /// a server is closed for good.
    pub async fn listen(&self, address: impl ToSocketAddrs) -> io::Result<SocketAddr> {
        if *self.0.closing.borrow() {
            return Err(io::Error::other("the server is closed"));
        }
        let mut last = io::ErrorKind::InvalidInput.into();
        for address in tokio::net::lookup_host(address).await? {
            match listener(address) {
                Ok(listener) => {
                    let address = listener.local_addr()?;
                    self.0.listening.send_modify(|count| *count += 1);
                    tokio::spawn(accept(Arc::clone(&self.0), listener));
                    self.start_sweeping();
                    return Ok(address);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Serves a connection of any kind: `server.emit('connection', socket)`. To be
    /// called within a runtime.
    pub fn emit_connection<S>(&self, stream: S, peer: Option<SocketAddr>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let entry = Entry::new(Arc::clone(&self.0));
        tokio::spawn(connection::serve(stream, entry, peer));
    }

    /// Sweeps from now on, once in `connectionsCheckingInterval`. [`listen`](Self::listen)
    /// does this; a server that only gets its connections by
    /// [`emit_connection`](Self::emit_connection) may do it itself.
    ///
    /// Node stops sweeping in `close()`, and whoever has begun a head then may take for
    /// ever. Here the last connection behind [`close`](Self::close) ends it, and until
    /// then the server stays, whether anybody has a `Server` or not. Only one sweep runs.
    pub fn start_sweeping(&self) {
        if !self.0.is_sweeping.swap(true, Relaxed) {
            tokio::spawn(sweep(Sweep(Arc::clone(&self.0))));
        }
    }

    /// Accepts no more, and ends the connections that wait for a request. Others go on:
    /// [`closed`](Self::closed) is ready when the last is gone.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
        self.close_idle_connections();
    }

    /// Ready when [`close`](Self::close) was called and no connection is left.
    pub async fn closed(&self) {
        let mut closing = self.0.closing.subscribe();
        let mut listening = self.0.listening.subscribe();
        // Both senders live as long as the server.
        let _ = closing.wait_for(|is_closing| *is_closing).await;
        let _ = listening.wait_for(|count| *count == 0).await;
        loop {
            let gone = self.0.gone.notified();
            if self.connections() == 0 {
                return;
            }
            gone.await;
        }
    }

    /// How many connections there are (`getConnections`).
    pub fn connections(&self) -> usize {
        self.0.connections.len()
    }

    /// Ends the connections that wait for a request.
    pub fn close_idle_connections(&self) {
        self.0.connections.destroy_idle();
    }

    /// Ends all connections, whatever they do.
    pub fn close_all_connections(&self) {
        self.0.connections.destroy_all();
    }
}

/// As Node listens: the address can be bound again at once, and 511 connections may
/// wait.
fn listener(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(511)
}

async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    let mut closing = shared.closing.subscribe();
    loop {
        let accepted = tokio::select! {
            _ = closing.wait_for(|is_closing| *is_closing) => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                if shared.connections.len() < shared.options.max_connections {
                    // A socket that is gone already says so when it is read.
                    let _ = stream.set_nodelay(true);
                    let entry = Entry::new(Arc::clone(&shared));
                    tokio::spawn(connection::serve(stream, entry, Some(peer)));
                }
            }
            // No descriptors, no memory: it may pass. The connection waits meanwhile.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
    drop(listener);
    shared.listening.send_modify(|count| *count -= 1);
}

/// The sweep of a server, which may be started again when it is gone.
struct Sweep(Arc<Shared>);

impl Drop for Sweep {
    fn drop(&mut self) {
        self.0.is_sweeping.store(false, Relaxed);
    }
}

// ANCHOR: interval
async fn sweep(sweep: Sweep) {
    let shared = &sweep.0;
    let options = &shared.options;
    let interval = options.connections_checking_interval;
    let year = Duration::from_secs(365 * 24 * 3600);
    let interval = interval.clamp(Duration::from_millis(1), year);
    let mut ticks = interval_at(Instant::now() + interval, interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut closing = shared.closing.subscribe();
    let is_closing = |shared: &Shared| *shared.closing.borrow();
    while !is_closing(shared) || shared.connections.len() > 0 {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = closing.changed(), if !is_closing(shared) => continue,
        }
        let (headers, request) = (options.headers_timeout, options.request_timeout);
        shared.connections.expire(headers, request);
    }
}
// ANCHOR_END: interval

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::{Context, Poll};
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadBuf, duplex};
    use tokio::time::{sleep, timeout};

    /// A connection that is swept when its bytes are read and not parsed yet.
    struct Swept(DuplexStream, Server);

    impl AsyncRead for Swept {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            into: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let read = Pin::new(&mut self.0).poll_read(cx, into);
            if read.is_ready() {
                let options = self.1.0.options.clone();
                let limits = (options.headers_timeout, options.request_timeout);
                self.1.0.connections.expire(limits.0, limits.1);
            }
            read
        }
    }

    impl AsyncWrite for Swept {
        fn poll_write(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            Pin::new(&mut self.0).poll_write(cx, bytes)
        }

        fn poll_flush(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_flush(cx)
        }

        fn poll_shutdown(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_shutdown(cx)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_comes_with_the_sweep_is_answered() {
        let server =
            Server::new(ServerOptions::default(), |_, mut response| async move {
                sleep(Duration::from_secs(1)).await;
                response.end("x").expect("the connection stands");
            });
        // In time; too late, and still not whole; too late, and whole by now.
        let rest = "ET / HTTP/1.0\r\n\r\n";
        for (seconds, then, status) in
            [(59, rest, "200"), (61, "E", "408"), (61, rest, "200")]
        {
            let (mut peer, stream) = duplex(1 << 16);
            server.emit_connection(Swept(stream, server.clone()), None);
            peer.write_all(b"G").await.expect("it reads");
            sleep(Duration::from_secs(seconds)).await;
            peer.write_all(then.as_bytes()).await.expect("it reads");
            let mut answer = String::new();
            let read = peer.read_to_string(&mut answer);
            let read = timeout(Duration::from_secs(60), read).await;
            read.expect("an end").expect("an answer");
            assert_eq!(answer.get(9..12), Some(status), "{seconds} {then:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_sweep_is_enough_and_it_may_be_started_again() {
        let server = Server::new(ServerOptions::default(), |_, _| async {});
        for _ in 0..2 {
            server.listen("127.0.0.1:0").await.expect("a port");
            server.start_sweeping();
        }
        // Ours, two that accept, and the sweep.
        assert_eq!(Arc::strong_count(&server.0), 4);
        server.close();
        server.closed().await;
        let gone = async {
            while Arc::strong_count(&server.0) > 1 {
                sleep(Duration::from_millis(1)).await;
            }
        };
        let gone = timeout(Duration::from_secs(60), gone).await;
        gone.expect("they end with the server");
        server.start_sweeping();
        assert_eq!(Arc::strong_count(&server.0), 2);
    }
}
