//! A server is stopped while it answers. The client asks on, on the same connection.
//!
//! The same for Node: examples/node/after-stop.cjs.

mod common;

use raw_http_server::{Body, Config, Failure, Handler, Request, Response};
use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use tokio::sync::Notify;

/// Says that it was asked, and answers `/0` when it is let.
struct Slow {
    asked: Sender<()>,
    go: Arc<Notify>,
}

impl Handler for Slow {
    async fn handle(
        &self,
        request: &Request,
        _: &mut Body<'_>,
    ) -> Result<Response, Failure> {
        if request.path() == b"/0" {
            // Nobody listens only when the program has ended.
            let _ = self.asked.send(());
            self.go.notified().await;
        }
        Ok(Response::text("answer"))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (asked, was_asked) = channel();
    let go = Arc::new(Notify::new());
    let handler = Slow {
        asked,
        go: Arc::clone(&go),
    };
    let server = common::start(Config::default(), handler)?;
    let mut idle = TcpStream::connect(server.address())?;
    let mut socket = TcpStream::connect(server.address())?;
    write!(socket, "GET /0 HTTP/1.1\r\nHost: x\r\n\r\n")?;
    was_asked.recv()?;
    println!("server.stop()");
    let stopping = std::thread::spawn(|| server.stop());
    // An idle connection is hung up on: now the server knows.
    idle.read_to_end(&mut Vec::new())?;
    go.notify_one();
    for n in 0..4 {
        let Some(answer) = common::answer(&mut socket)? else {
            println!("hung up");
            break;
        };
        let (status, mut lines) = (&answer[9..15], answer.lines());
        let connection = lines.find(|line| line.starts_with("Connection"));
        println!("GET /{n}: {status}, {}", connection.unwrap_or("no word"));
        // Whether it is hung up on or not: it asks on.
        write!(socket, "GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", n + 1)?;
    }
    drop(socket);
    let stopped = stopping.join().map_err(|_| "it panicked")?;
    println!("the server is closed: {stopped:?}");
    Ok(())
}
