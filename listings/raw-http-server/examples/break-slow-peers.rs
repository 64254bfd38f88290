//! A hundred peers send a head that never ends. Does anybody else get in?

mod common;

use raw_http_server::{App, Config};
use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    attack("no timeout", Duration::from_secs(3600))?;
    attack("a head has 0.3 s", Duration::from_millis(300))
}

fn attack(name: &str, head: Duration) -> Result<(), Box<dyn Error>> {
    let mut config = Config::default();
    config.limits.connections = 100;
    config.timeouts.head = head;
    config.timeouts.grace = Duration::from_millis(1);
    let metrics = config.metrics.clone();
    let server = common::start(config, App::default())?;
    println!("{name}:");
    let mut slow = Vec::new();
    for _ in 0..100 {
        let mut stream = TcpStream::connect(server.address())?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-")?;
        slow.push(stream);
    }
    while metrics.snapshot().connections_open < 100 {
        std::thread::sleep(Duration::from_millis(1));
    }
    println!("  100 slow peers, and somebody asks: {}", ask(&server)?);
    if head < Duration::from_secs(60) {
        let mut first = String::new();
        slow.remove(0).read_to_string(&mut first)?;
        println!(
            "  a slow peer is told: {}",
            first.lines().next().unwrap_or_default()
        );
        // They hang up, now that they are told, or after the linger.
        drop(slow);
        while metrics.snapshot().connections_open > 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        println!("  somebody asks again: {}", ask(&server)?);
    }
    server.stop();
    Ok(())
}

fn ask(server: &raw_http_server::Running) -> Result<String, Box<dyn Error>> {
    let mut stream = TcpStream::connect(server.address())?;
    // Who is hung up on at once may not even be able to ask.
    let _ = stream
        .write_all(b"GET /plaintext HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer).into_owned();
    Ok(text.lines().next().unwrap_or("hung up on").to_string())
}
