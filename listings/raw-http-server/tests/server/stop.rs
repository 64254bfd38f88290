//! A graceful stop: what was begun is finished, what is idle is closed, what waits is
//! taken, and what does not end is ended.

use crate::client::{Client, patient, start, until};
use raw_http_server::{
    App, Body, Config, Failure, Handler, Request, Response, Running, Stopped,
};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
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
    drop((half, busy));
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

/// The same, but what the client goes on with is still in the kernel: a close would make
/// a reset of it.
#[test]
fn the_last_answer_is_not_lost_to_requests_that_nobody_reads() {
    let config = patient();
    let metrics = config.metrics.clone();
    let (server, gate) = gated(config);
    let mut idle = Client::to(server.address());
    let mut client = Client::to(server.address());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    until(|| metrics.snapshot().requests_total == 1);
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(3));
    let stopping = stop(server);
    idle.closed();
    gate.add_permits(4);
    assert!(client.answer().closes());
    // It goes on for a while, and is listened to: a reset would end that.
    for _ in 0..50 {
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        std::thread::sleep(Duration::from_millis(1));
    }
    client.closed();
    drop(client);
    assert_eq!(stopping.join().unwrap().finished, 1);
}

/// Blocks its thread in `/block`: what comes meanwhile waits in the kernel.
struct Blocks(Mutex<Receiver<()>>);

impl Handler for Blocks {
    async fn handle(
        &self,
        request: &Request,
        _: &mut Body<'_>,
    ) -> Result<Response, Failure> {
        if request.path() == b"/block" {
            let _ = self.0.lock().unwrap().recv();
        }
        Ok(Response::text("served"))
    }
}

/// When the server stops there may be connections that the kernel has accepted and it
/// has not, and requests that it has not read: a close would reset them all.
#[test]
fn who_waits_in_the_kernel_is_served() {
    let (go, gate) = channel();
    let config = patient();
    let metrics = config.metrics.clone();
    let server = start(config, Blocks(Mutex::new(gate)));
    let address = server.address();
    let connect = |path: &str| {
        let mut client = Client::to(address);
        client.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"));
        client
    };
    let mut idle = connect("/");
    assert_eq!(idle.answer().text(), "served");
    let mut block = connect("/block");
    until(|| metrics.snapshot().requests_total == 2);
    // From here on the worker sees nothing.
    idle.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut clients = vec![idle];
    clients.extend((0..20).map(|_| connect("/")));
    server.stop_handle().stop();
    go.send(()).unwrap();
    for client in &mut clients {
        assert!(client.answer().closes());
        client.closed();
    }
    drop(clients);
    // This one was answered before the worker heard of the stop, and is idle then.
    assert_eq!(block.answer().text(), "served");
    block.closed();
    let stopped = server.stop();
    assert_eq!((stopped.idle, stopped.finished), (1, 21));
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
