//! What a server allows, and for how long it waits.

use crate::log::AccessLog;
use crate::metrics::Metrics;
use std::net::SocketAddr;
use std::time::Duration;

/// How a server listens and what it allows.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Default `127.0.0.1:0`: a port that is free.
    pub address: SocketAddr,
    /// Threads, each with its own loop and its own connections. Default 1.
    pub workers: usize,
    /// How connections reach the workers. Default [`Accept::ReusePort`].
    pub accept: Accept,
    /// Connections that may wait to be accepted, in each queue of the kernel. Default
    /// 1,024; the kernel takes `net.core.somaxconn` if that is less.
    pub backlog: i32,
    /// Threads that a worker may start for what would block it. Default 16.
    pub blocking_threads: usize,
    /// How much of everything.
    pub limits: Limits,
    /// How long for everything.
    pub timeouts: Timeouts,
    /// What counts. Default: counters that nobody else has.
    pub metrics: Metrics,
    /// Where a line is written for each request. Default: nowhere.
    pub log: AccessLog,
}

/// How connections reach the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// Each worker has a listening socket of its own, all with one address
    /// (`SO_REUSEPORT`): the kernel deals the connections out by a hash of the
    /// addresses. On other systems than Linux, [`Accept::Shared`].
    ReusePort,
    /// All workers wait at one listening socket: who is awake takes.
    Shared,
}

// ANCHOR: limits
/// How much of everything a peer may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Heads, chunk lines, trailers and content: the limits of the parser. Default: a
    /// head of 16 KiB with 128 fields, a first line of 8 KiB, a body of 16 MiB
    /// (beyond: 431, 431, 414, 413).
    pub wire: http_wire::Limits,
    /// Connections at once. Beyond: 503, and hung up on. Default 4,096.
    pub connections: usize,
    /// Connections at once of one address: of IPv6 a /64, for that is what one customer
    /// has. Beyond: 503, and hung up on. Default 512.
    pub connections_per_address: usize,
    /// Bytes of answers that wait in a connection before it reads the next request of a
    /// pipeline. Default 64 KiB; one answer may be larger.
    pub queued: usize,
}
// ANCHOR_END: limits

// ANCHOR: timeouts
/// How long a server waits for a peer. What it does itself takes as long as it takes.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a head: the first is timed from the connection, others from their first
    /// byte. Then 408, or a close if there was no byte. Default 10 s.
    pub head: Duration,
    /// Between two requests. Then a close. Default 5 s, as Node's `keepAliveTimeout`.
    pub idle: Duration,
    /// For the content of a request. Then 408. Default 10 s, 1 KiB a second.
    pub body: Patience,
    /// For a peer to take answers, all of a connection. Then a close. Default 10 s,
    /// 1 KiB a second.
    pub write: Patience,
    /// From the last answer of a connection until the peer has hung up. Default 2 s.
    pub linger: Duration,
    /// For connections that are busy when the server stops. Default 10 s.
    pub grace: Duration,
}

/// How long to wait for a peer that is to move bytes: each byte it moves earns time.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The most that the peer can have in hand, and what it begins with.
    pub most: Duration,
    /// Bytes that earn a second. A peer that is always slower runs out of time.
    pub rate: u32,
}
// ANCHOR_END: timeouts

impl Default for Config {
    fn default() -> Config {
        Config {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            workers: 1,
            accept: Accept::ReusePort,
            backlog: 1024,
            blocking_threads: 16,
            limits: Limits::default(),
            timeouts: Timeouts::default(),
            metrics: Metrics::default(),
            log: AccessLog::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            wire: http_wire::Limits {
                body: 16 << 20,
                ..http_wire::Limits::default()
            },
            connections: 4096,
            connections_per_address: 512,
            queued: 64 << 10,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        let patience = Patience {
            most: Duration::from_secs(10),
            rate: 1 << 10,
        };
        Timeouts {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(5),
            body: patience,
            write: patience,
            linger: Duration::from_secs(2),
            grace: Duration::from_secs(10),
        }
    }
}
