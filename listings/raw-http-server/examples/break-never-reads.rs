//! A peer sends requests as fast as it can and reads no answer. How much does it get
//! rid of, and how much of that waits in the server?

mod common;

use raw_http_server::{App, Config};
use std::error::Error;
use std::io::{ErrorKind, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let mut config = Config::default();
    config.timeouts.write.most = Duration::from_secs(1);
    let metrics = config.metrics.clone();
    let server = common::start(config, App::default())?;
    let mut stream = TcpStream::connect(server.address())?;
    stream.set_nonblocking(true)?;
    let requests = "GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1000);
    let (mut sent, mut most) = (0, 0);
    let start = Instant::now();
    let end = loop {
        match stream.write(&requests.as_bytes()[sent % requests.len()..]) {
            Ok(length) => sent += length,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(error) => break error,
        }
        most = most.max(metrics.snapshot().buffered_bytes);
        if start.elapsed() > Duration::from_secs(30) {
            return Err("it goes on for ever".into());
        }
    };
    println!("sent {} KiB until the kernels were full", sent >> 10);
    println!("in the server there waited {} KiB at most", most >> 10);
    println!("after a second: {}", end.kind());
    println!(
        "http_timeouts_write_total {}",
        metrics.snapshot().timeouts_write_total
    );
    server.stop();
    Ok(())
}
