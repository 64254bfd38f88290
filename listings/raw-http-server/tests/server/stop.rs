//! A graceful stop: what was begun is finished, what is idle is closed, what waits is
//! taken, and what does not end is ended.

use crate::client::{Client, patient, start, until};
use raw_http_server::{
    App, Body, Config, Failure, Handler, Request, Response, Running, Stopped,
};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Answers when it is let.
struct Gate(Arc<Semaphore>);

impl Handler for Gate {
    async fn handle(&self, _: &Request, _: &mut Body<'_>) -> Result<Response, Failure> {
        let permit = self.0.acquire().await.map_err(|_| Failure::Status(503))?;
        permit.forget();
        Ok(Response::text("let through"))
    }
}

fn gated(config: Config) -> (Running, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    (start(config, Gate(Arc::clone(&gate))), gate)
}

fn stop(server: Running) -> JoinHandle<Stopped> {
    std::thread::spawn(move || server.stop())
}

#[test]
fn the_busy_finish_and_the_idle_are_closed() {
    let config = patient();
    let metrics = config.metrics.clone();
    let (server, gate) = gated(config);
    let mut busy = Client::to(server.address());
    busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut half = Client::to(server.address());
    half.send("GET / HTTP/1.1\r\n"); // 16 bytes of 27
    let mut idle = Client::to(server.address());
    gate.add_permits(1);
    // Whoever of the two gets the permit, the other one is busy still.
    idle.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    until(|| metrics.snapshot().answers_ok_total == 1);
    gate.add_permits(1);
    idle.answer();
    busy.answer();
    busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    until(|| metrics.snapshot().requests_total == 3);
    until(|| metrics.snapshot().bytes_in_total == 3 * 27 + 16);

    let address = server.address();
    let stopping = stop(server);
    idle.closed();
    assert!(
        TcpStream::connect(address).is_err(),
        "somebody new comes in"
    );
    gate.add_permits(2);
    let answer = busy.answer();
    assert!(answer.closes(), "it is told that nothing more is answered");
    busy.closed();
    half.send("Host: x\r\n\r\n");
    assert!(half.answer().closes());
    drop(half);
    let stopped = stopping.join().unwrap();
    let wanted = Stopped {
        idle: 1,
        finished: 2,
        aborted: 0,
    };
    assert_eq!(stopped, wanted);
    assert_eq!(metrics.snapshot().connections_open, 0);
}

#[test]
fn what_does_not_end_is_ended_when_grace_is_over() {
    let mut config = patient();
    config.timeouts.grace = Duration::from_millis(50);
    let metrics = config.metrics.clone();
    let (server, _gate) = gated(config);
    let mut stuck = Client::to(server.address());
    stuck.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    until(|| metrics.snapshot().requests_total == 1);
    let stopped = server.stop();
    assert_eq!((stopped.finished, stopped.aborted), (0, 1));
    stuck.closed();
    assert_eq!(metrics.snapshot().connections_open, 0);
}

/// A pipeline is finished as far as it is here; the last answer says that it ends.
#[test]
fn a_pipeline_ends_with_the_answer_that_says_so() {
    let config = patient();
    let metrics = config.metrics.clone();
    let (server, gate) = gated(config);
    let mut idle = Client::to(server.address());
    let mut client = Client::to(server.address());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(3));
    until(|| metrics.snapshot().requests_total == 1);
    let stopping = stop(server);
    idle.closed();
    gate.add_permits(3);
    assert!(client.answer().closes());
    // The others were not answered: the client knows, and asks elsewhere.
    client.end().closed();
    let stopped = stopping.join().unwrap();
    assert_eq!((stopped.idle, stopped.finished), (1, 1));
}

/// Connections that the kernel has accepted and the server has not: a close of the
/// listener would reset them.
#[test]
fn who_waits_to_be_accepted_is_served() {
    for _ in 0..20 {
        let server = start(patient(), App::default());
        let mut clients: Vec<Client> =
            (0..20).map(|_| Client::to(server.address())).collect();
        for client in &mut clients {
            client.send("GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        let stopping = stop(server);
        for client in &mut clients {
            // Served, or closed as idle before its request was read: never reset.
            match client.try_answer_to("GET") {
                Some(answer) => assert_eq!(answer.status(), 200),
                None => continue,
            }
        }
        drop(clients);
        stopping.join().unwrap();
    }
}

#[test]
fn a_server_that_is_dropped_stops() {
    let server = start(patient(), App::default());
    let address = server.address();
    let mut idle = Client::to(address);
    assert_eq!(idle.get("/plaintext").status(), 200);
    drop(server);
    idle.closed();
    until(|| TcpStream::connect(address).is_err());
}
