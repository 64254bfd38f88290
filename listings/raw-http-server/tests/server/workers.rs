//! Several workers: both ways to share a port, and who else may have it.

use crate::client::{Client, patient, start};
use raw_http_server::Server;
use raw_http_server::{Accept, App, Body, Config, Failure, Handler, Request, Response};
use std::collections::BTreeSet;

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
    let clients: BTreeSet<Vec<u8>> = (0..300)
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
