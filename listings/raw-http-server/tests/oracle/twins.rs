//! The twins.

use crate::client::{Client, app, patient, start, until};
use raw_http_server::{Body, Failure, Handler, Request, Response};
use socket2::{Domain, Socket, Type};
use std::fmt::Write;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use tokio::sync::Semaphore;

// ANCHOR: reuse-port
pub fn reuse_port() -> String {
    let listen = |port, reuse_port| -> io::Result<Socket> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_reuse_address(true)?;
        socket.set_reuse_port(reuse_port)?;
        socket.bind(&SocketAddr::from(([127, 0, 0, 1], port)).into())?;
        socket.listen(511)?;
        Ok(socket)
    };
    let name = |shares| if shares { "with SO_REUSEPORT" } else { "plain" };
    let mut log = String::new();
    for first in [false, true] {
        for second in [false, true] {
            let socket = listen(0, first).expect("a free port");
            let address = socket.local_addr().unwrap().as_socket().unwrap();
            let says = match listen(address.port(), second) {
                Ok(_) => "listens, too",
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => "EADDRINUSE",
                Err(error) => panic!("{error}"),
            };
            let (first, second) = (name(first), name(second));
            writeln!(log, "{first}, then {second}: {says}").unwrap();
        }
    }
    log
}
// ANCHOR_END: reuse-port

// ANCHOR: split-requests
pub fn split_requests() -> String {
    const REQUESTS: &str = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\
        \r\nhello\
        POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\
        3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n\
        GET /plaintext HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let server = app();
    let ask = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut client = Client::to(server.address());
        for piece in pieces {
            client.send(piece);
        }
        let answers = ["POST", "POST", "GET"].map(|method| {
            let answer = client.answer_to(method);
            format!("{} {}", answer.status(), answer.text())
        });
        answers.join(", ")
    };
    let bytes = REQUESTS.as_bytes();
    let mut log = String::new();
    let half = bytes.len() / 2;
    for (how, size) in [
        ("in one write", bytes.len()),
        ("in two", half),
        ("byte by byte", 1),
    ] {
        writeln!(log, "{how}: {}", ask(&mut bytes.chunks(size))).unwrap();
    }
    log
}
// ANCHOR_END: split-requests

// ANCHOR: stop
/// Answers `/slow` when it is let.
struct Slow(Arc<Semaphore>);

impl Handler for Slow {
    async fn handle(
        &self,
        request: &Request,
        _: &mut Body<'_>,
    ) -> Result<Response, Failure> {
        if request.path() == b"/slow" {
            drop(self.0.acquire().await);
        }
        Ok(Response::text("an answer"))
    }
}

pub fn stop() -> String {
    let gate = Arc::new(Semaphore::new(0));
    let config = patient();
    let metrics = config.metrics.clone();
    let server = start(config, Slow(Arc::clone(&gate)));
    let address = server.address();
    let connect = |text: &str| {
        let mut client = Client::to(address);
        client.send(text);
        client
    };
    let mut silent = connect("");
    let mut half = connect("GET /half HTTP/1.1\r\nHo");
    let mut busy = connect("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    until(|| metrics.snapshot().requests_total == 1);
    let mut idle = connect("");
    assert_eq!(idle.get("/1").status(), 200);
    assert_eq!(idle.get("/2").status(), 200);

    let stopping = std::thread::spawn(move || server.stop());
    let fate = |client: &mut Client| match client.try_answer_to("GET") {
        Some(answer) => format!("HTTP/1.1 {}", answer.status()),
        None => "hung up on".to_string(),
    };
    let mut log = String::new();
    writeln!(log, "said nothing yet: {}", fate(&mut silent)).unwrap();
    writeln!(log, "between two requests: {}", fate(&mut idle)).unwrap();
    let late = match TcpStream::connect(address) {
        Ok(stream) => format!("{stream:?}"),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            "ECONNREFUSED".to_string()
        }
        Err(error) => error.to_string(),
    };
    writeln!(log, "comes later: {late}").unwrap();
    half.send("st: x\r\n\r\n");
    writeln!(log, "in the middle of a head: {}", fate(&mut half)).unwrap();
    gate.add_permits(1);
    writeln!(log, "waits for its answer: {}", fate(&mut busy)).unwrap();
    drop((half, busy));
    assert_eq!(stopping.join().expect("it stops").aborted, 0);
    log
}
// ANCHOR_END: stop
