//! Several workers: both ways to share a port, and who else may have it.

use crate::client::{Client, patient, start};
use raw_http_server::Server;
use raw_http_server::{Accept, App, Body, Config, Failure, Handler, Request, Response};

/// Says which thread it runs on.
struct Who;

impl Handler for Who {
    async fn handle(&self, _: &Request, _: &mut Body<'_>) -> Result<Response, Failure> {
        let thread = std::thread::current();
        Ok(Response::text(thread.name().unwrap_or("?").to_string()))
    }
}

fn config(workers: usize, accept: Accept) -> Config {
    Config {
        workers,
        accept,
        ..patient()
    }
}

#[test]
fn a_connection_stays_with_its_worker() {
    for accept in [Accept::ReusePort, Accept::Shared] {
        let server = start(config(3, accept), Who);
        for _ in 0..20 {
            let mut client = Client::to(server.address());
            let first = client.get("/").body;
            for _ in 0..5 {
                assert_eq!(client.get("/").body, first, "{accept:?}");
            }
        }
    }
}

/// The kernel deals by a hash: of so many connections each worker gets some, whatever
/// the hash is. With one listener it depends on who is awake, so nothing is said of it.
#[cfg(target_os = "linux")]
#[test]
fn with_a_listener_each_every_worker_gets_some() {
    let server = start(config(3, Accept::ReusePort), Who);
    let clients: std::collections::BTreeSet<Vec<u8>> = (0..300)
        .map(|_| Client::to(server.address()).get("/").body)
        .collect();
    assert_eq!(clients.len(), 3, "{clients:?}");
}

#[test]
fn a_port_that_is_taken_is_refused_however_many_workers_there_are() {
    for accept in [Accept::ReusePort, Accept::Shared] {
        for (workers, others) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
            let first = start(config(workers, accept), Who);
            let second = Config {
                address: first.address(),
                ..config(others, accept)
            };
            let error = Server::start(second, Who).expect_err("the port is taken");
            assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
        }
    }
}

#[test]
fn limits_hold_over_all_workers() {
    let mut config = config(2, Accept::ReusePort);
    config.limits.connections = 10;
    let metrics = config.metrics.clone();
    let server = start(config, App::default());
    let mut clients: Vec<Client> =
        (0..10).map(|_| Client::to(server.address())).collect();
    for client in &mut clients {
        assert_eq!(client.get("/plaintext").status(), 200);
    }
    for _ in 0..20 {
        let answer = Client::to(server.address()).rest();
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    }
    let page = clients[0].get("/plaintext");
    assert_eq!(page.status(), 200);
    let snapshot = metrics.snapshot();
    assert_eq!(snapshot.connections_open, 10);
    assert_eq!(snapshot.refused_total, 20);
    assert_eq!(server.stop().idle, 10);
}

/// Of a peer that vanished the kernel finds out, also where nothing is written to it.
#[cfg(target_os = "linux")]
#[test]
fn the_kernel_asks_whether_a_silent_peer_is_there() {
    let server = start(patient(), App::default());
    let mut client = Client::to(server.address());
    assert_eq!(client.get("/plaintext").status(), 200);
    let hex = |address: std::net::SocketAddr| format!(":{:04X}", address.port());
    let ours = hex(server.address());
    let theirs = hex(client.stream.local_addr().unwrap());
    // The column `tr` of proc_net_tcp.rst: 01 until the answer is acknowledged, then 02
    // if there is a timer for probes, else 00.
    let has_probes = || {
        let table = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
        table.lines().any(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words[1].ends_with(&ours)
                && words[2].ends_with(&theirs)
                && words[5].starts_with("02:")
        })
    };
    crate::client::until(has_probes);
}
