//! The three programs on mio: readiness and nothing else. Timers, files and the state
//! of each connection are ours to keep.

use crate::Limits;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

// ANCHOR: mio-timers
/// Three timers; the first to fire stops the second. mio has none: a map of when, and
/// the timeout of the poll.
pub fn timers() -> io::Result<Vec<String>> {
    let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(8));
    let start = Instant::now();
    let mut timers = BTreeMap::from([(30, "30 ms"), (3_600_000, "1 h"), (10, "10 ms")]);
    let mut log = Vec::new();
    while let Some((&ms, &name)) = timers.first_key_value() {
        let due = start + Duration::from_millis(ms);
        match due.checked_duration_since(Instant::now()) {
            Some(rest) => poll_again(&mut poll, &mut events, Some(rest))?,
            None => {
                timers.remove(&ms);
                timers.remove(&3_600_000); // the first to fire stops the second
                log.push(name.to_string());
            }
        }
    }
    Ok(log)
}

fn poll_again(
    poll: &mut Poll,
    events: &mut Events,
    timeout: Option<Duration>,
) -> io::Result<()> {
    match poll.poll(events, timeout) {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
        result => result,
    }
}
// ANCHOR_END: mio-timers

// ANCHOR: mio-cat
/// Copies a file to `out`. A file is always ready, says epoll, and refuses it: mio has
/// no way to wait for a disk, and no pool to wait elsewhere. So this blocks.
pub fn cat(path: &str, mut out: impl Write) -> io::Result<()> {
    io::copy(&mut File::open(path)?, &mut out)?;
    Ok(())
}
// ANCHOR_END: mio-cat

// ANCHOR: mio-echo
const LISTENER: Token = Token(0);

/// A connection as it stands between two events.
struct Connection {
    socket: TcpStream,
    /// Bytes to be sent back.
    queue: VecDeque<u8>,
    has_ended: bool,
    idle_at: Instant,
}

/// Serves so many connections, then ends.
pub fn echo(
    limits: Limits,
    mut count: usize,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(1024));
    let mut listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0).into())?;
    ready(listener.local_addr()?);
    poll.registry()
        .register(&mut listener, LISTENER, Interest::READABLE)?;
    let (mut connections, mut next) = (HashMap::new(), 1);
    while count > 0 {
        let first = connections.values().map(|c: &Connection| c.idle_at).min();
        let rest = first.map(|at| at.saturating_duration_since(Instant::now()));
        poll_again(&mut poll, &mut events, rest)?;
        let before = connections.len();
        let mut opened = 0;
        for event in &events {
            if event.token() == LISTENER {
                // Edge-triggered: whoever stops before `WouldBlock` is not told again.
                while let Some(connection) = accept(&listener, limits.idle) {
                    if connections.len() < limits.connections {
                        let both = Interest::READABLE | Interest::WRITABLE;
                        let mut connection = connection;
                        poll.registry().register(
                            &mut connection.socket,
                            Token(next),
                            both,
                        )?;
                        connections.insert(Token(next), connection);
                        (next, opened) = (next + 1, opened + 1);
                    }
                }
            } else if let Some(connection) = connections.get_mut(&event.token())
                && !connection.advance(&limits).unwrap_or(false)
            {
                connections.remove(&event.token());
            }
        }
        let now = Instant::now();
        connections.retain(|_, connection| connection.idle_at > now);
        count = count.saturating_sub(before + opened - connections.len());
    }
    Ok(())
}

fn accept(listener: &TcpListener, idle: Duration) -> Option<Connection> {
    let (socket, _) = listener.accept().ok()?;
    Some(Connection {
        socket,
        queue: VecDeque::new(),
        has_ended: false,
        idle_at: Instant::now() + idle,
    })
}

impl Connection {
    /// Writes and reads until neither can go on. Says whether there is more to come.
    fn advance(&mut self, limits: &Limits) -> io::Result<bool> {
        let mut chunk = [0; 16 * 1024];
        loop {
            let mut moved = false;
            while !self.queue.is_empty() {
                match self.socket.write(self.queue.as_slices().0) {
                    Ok(count) => drop(self.queue.drain(..count)),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(error) => return Err(error),
                }
                moved = true;
            }
            if !self.has_ended && self.queue.len() < limits.high_water {
                match self.socket.read(&mut chunk) {
                    Ok(0) => self.has_ended = true,
                    Ok(count) => self.queue.extend(&chunk[..count]),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        return Ok(true);
                    }
                    Err(error) => return Err(error),
                }
                moved = true;
            }
            if moved {
                self.idle_at = Instant::now() + limits.idle;
            } else {
                return Ok(!(self.has_ended && self.queue.is_empty()));
            }
        }
    }
}
// ANCHOR_END: mio-echo
