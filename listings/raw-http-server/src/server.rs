//! Workers: each a thread with its own loop, its own connections, and a way to accept.

use crate::admission::{Admission, Refused};
use crate::config::{Accept, Config};
use crate::connection::{Handler, Life, Scene, serve};
use crate::metrics::{Counters, count};
use socket2::{Domain, Protocol, Socket, TcpKeepalive, Type};
use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};

/// After so long a silence the kernel asks whether the peer is there; it is taken for
/// gone half a minute later. One that vanished without a word would keep its place.
const PROBE: Duration = Duration::from_secs(60);

/// Starts servers.
pub struct Server;

/// A server that runs. Dropped, it stops as by [`Stop::stop`], and nobody waits for it.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: Stop,
    threads: Vec<JoinHandle<Stopped>>,
}

/// Stops a server, from any thread.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<bool>>);

/// How a server stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stopped {
    /// Connections that were idle and were closed.
    pub idle: usize,
    /// Connections that were busy and came to their end.
    pub finished: usize,
    /// Connections that did not within [`Timeouts::grace`](crate::Timeouts::grace).
    pub aborted: usize,
}

impl Server {
    /// Listens, and answers with `handler`, on threads of its own. When this returns,
    /// connections are accepted.
    ///
    /// # Errors
    /// The address cannot be listened on, or the threads cannot be started.
    pub fn start<H: Handler>(config: Config, handler: H) -> io::Result<Running> {
        let listeners = listen(&config)?;
        let address = listeners[0].local_addr()?;
        let admission = Admission::new(&config.limits);
        let handler = Arc::new(handler);
        let (stop, stopped) = watch::channel(false);
        // If a thread cannot be started, this stops those that were.
        let mut running = Running {
            address,
            stop: Stop(Arc::new(stop)),
            threads: Vec::new(),
        };
        for (number, listener) in listeners.into_iter().enumerate() {
            let runtime = runtime::Builder::new_current_thread()
                .enable_io()
                .enable_time()
                .max_blocking_threads(config.blocking_threads.max(1))
                .build()?;
            let worker = Arc::new(Worker {
                counters: config.metrics.worker(),
                // Of what all workers count references to, the count would go from one
                // processor to the other with every connection.
                config: config.clone(),
                handler: Arc::clone(&handler),
                admission: Arc::clone(&admission),
                stopping: AtomicBool::new(false),
            });
            let stopped = stopped.clone();
            let thread = thread::Builder::new().name(format!("http-{number}"));
            let work = move || {
                let done = runtime.block_on(work(listener, &worker, stopped));
                // A thread that waits for a disk is not waited for.
                runtime.shutdown_background();
                done
            };
            running.threads.push(thread.spawn(work)?);
        }
        Ok(running)
    }
}

impl Running {
    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What stops it.
    pub fn stop_handle(&self) -> Stop {
        self.stop.clone()
    }

    /// Stops gracefully: no new connections, idle ones are closed, busy ones finish what
    /// they began, as long as there is grace. Returns when all is over.
    pub fn stop(self) -> Stopped {
        self.stop.stop();
        self.wait()
    }

    /// Waits until somebody has stopped the server.
    pub fn wait(mut self) -> Stopped {
        let mut sum = Stopped::default();
        for thread in self.threads.drain(..) {
            // Handlers that panic are caught before.
            let done = thread.join().unwrap_or_default();
            sum.idle += done.idle;
            sum.finished += done.finished;
            sum.aborted += done.aborted;
        }
        sum
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

impl Stop {
    /// Tells all workers, and returns at once.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

// ANCHOR: listen
/// A listener for each worker.
fn listen(config: &Config) -> io::Result<Vec<TcpListener>> {
    let workers = config.workers.max(1);
    let shares = workers > 1 && config.accept == Accept::ReusePort;
    if !shares || !cfg!(target_os = "linux") {
        let first = socket(config, config.address, false)?;
        let others = (1..workers).map(|_| first.try_clone());
        let mut all = others.collect::<io::Result<Vec<_>>>()?;
        all.push(first);
        return Ok(all);
    }
    // Whoever sets SO_REUSEPORT may join others that have set it, and nobody would
    // notice. So the address is taken without it first.
    let address = socket(config, config.address, false)?.local_addr()?;
    let sockets = (0..workers).map(|_| socket(config, address, true));
    sockets.collect()
}

fn socket(
    config: &Config,
    address: SocketAddr,
    reuse_port: bool,
) -> io::Result<TcpListener> {
    let domain = Domain::for_address(address);
    let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
    // A port is not taken because connections of an earlier server linger there.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    #[cfg(target_os = "linux")]
    socket.set_reuse_port(reuse_port)?;
    #[cfg(not(target_os = "linux"))]
    let _ = reuse_port;
    socket.set_tcp_keepalive(&probes())?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(config.backlog)?;
    Ok(socket.into())
}
// ANCHOR_END: listen

/// What accepted sockets inherit from the listener.
fn probes() -> TcpKeepalive {
    let probes = TcpKeepalive::new().with_time(PROBE);
    #[cfg(target_os = "linux")]
    let probes = probes.with_interval(PROBE / 6).with_retries(3);
    probes
}

/// What the connections of a worker have in common.
struct Worker<H> {
    config: Config,
    counters: Arc<Counters>,
    handler: Arc<H>,
    admission: Arc<Admission>,
    stopping: AtomicBool,
}

/// The connections of a worker, and what each is doing.
#[derive(Default)]
struct Open {
    tasks: JoinSet<()>,
    lives: HashMap<Id, Arc<Life>>,
}

// ANCHOR: work
/// Accepts until it is told to stop, then waits for what has begun.
async fn work<H: Handler>(
    listener: TcpListener,
    worker: &Arc<Worker<H>>,
    mut stopped: watch::Receiver<bool>,
) -> Stopped {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return Stopped::default();
    };
    let mut open = Open::default();
    while !*stopped.borrow_and_update() {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => open.begin(worker, stream, peer),
                Err(error) => pause(worker, &error).await,
            },
            Some(done) = open.tasks.join_next_with_id() => drop(open.forget(done)),
            _ = stopped.changed() => {}
        }
    }
    worker.stopping.store(true, Relaxed);
    take_the_rest(listener, worker, &mut open);
    open.end(worker.config.timeouts.grace).await
}

/// Whoever waits to be accepted would be reset with the listener. The kernel is asked:
/// tokio has not heard yet of those that came since it last waited.
fn take_the_rest<H: Handler>(
    listener: tokio::net::TcpListener,
    worker: &Arc<Worker<H>>,
    open: &mut Open,
) {
    let Ok(listener) = listener.into_std() else {
        return;
    };
    loop {
        match listener.accept() {
            Ok((stream, peer)) => {
                let stream = stream.set_nonblocking(true).map(|()| stream);
                if let Ok(stream) = stream.and_then(TcpStream::from_std) {
                    open.begin(worker, stream, peer);
                }
            }
            Err(error) if is_of_peer(&error) => {}
            Err(_) => return,
        }
    }
}
// ANCHOR_END: work

/// Most errors of accept are a peer that has gone again. Without a free descriptor the
/// same peer would be there at once again, for ever: let others finish first.
async fn pause<H>(worker: &Worker<H>, error: &io::Error) {
    count(&worker.counters.accept_errors_total);
    if !is_of_peer(error) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn is_of_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    let kind = error.kind();
    matches!(kind, ConnectionAborted | ConnectionReset | Interrupted)
}

impl Open {
    fn begin<H: Handler>(
        &mut self,
        worker: &Arc<Worker<H>>,
        stream: TcpStream,
        peer: SocketAddr,
    ) {
        let counters = &worker.counters;
        count(&counters.connections_total);
        let slot = match worker.admission.admit(peer.ip()) {
            Ok(slot) => slot,
            Err(refused) => {
                count(match refused {
                    Refused::TooMany => &counters.refused_total,
                    Refused::TooManyOfAddress => &counters.refused_address_total,
                });
                return turn_away(&stream);
            }
        };
        // Answers are written whole: nothing is gained by holding the last part back.
        let _ = stream.set_nodelay(true);
        let life = Arc::new(Life::default());
        let (worker, same) = (Arc::clone(worker), Arc::clone(&life));
        let task = self.tasks.spawn(async move {
            let _slot = slot;
            let _open = OpenGauge::new(&worker.counters);
            let scene = Scene {
                peer,
                config: &worker.config,
                counters: &worker.counters,
                life: &same,
                stopping: &worker.stopping,
            };
            serve(stream, scene, &*worker.handler).await;
        });
        self.lives.insert(task.id(), life);
    }

    fn forget(&mut self, done: Result<(Id, ()), JoinError>) -> Option<Arc<Life>> {
        let id = done.map_or_else(|error| error.id(), |(id, ())| id);
        self.lives.remove(&id)
    }

    // ANCHOR: end
    /// Wakes the idle connections, which see that the worker stops, look once more and
    /// close; ends the others when their time is up.
    async fn end(mut self, grace: Duration) -> Stopped {
        for life in self.lives.values() {
            if let Some(waker) = life.waker.get() {
                waker.wake_by_ref();
            }
        }
        let mut stopped = Stopped::default();
        let rest = async {
            while let Some(done) = self.tasks.join_next_with_id().await {
                match self.forget(done) {
                    Some(life) if life.idle.load(Relaxed) => stopped.idle += 1,
                    _ => stopped.finished += 1,
                }
            }
        };
        if tokio::time::timeout(grace, rest).await.is_err() {
            stopped.aborted = self.tasks.len();
            self.tasks.shutdown().await;
        }
        stopped
    }
    // ANCHOR_END: end
}

/// What fits into the empty buffer of a new connection, and nothing is waited for.
fn turn_away(stream: &TcpStream) {
    let _ = stream.try_write(
        b"HTTP/1.1 503 Service Unavailable\r\n\
          Retry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    );
}

/// Counts an open connection while it lives, however it ends.
struct OpenGauge<'a>(&'a Counters);

impl OpenGauge<'_> {
    fn new(counters: &Counters) -> OpenGauge<'_> {
        crate::metrics::change(&counters.connections_open, 0, 1);
        OpenGauge(counters)
    }
}

impl Drop for OpenGauge<'_> {
    fn drop(&mut self) {
        crate::metrics::change(&self.0.connections_open, 1, 0);
    }
}
