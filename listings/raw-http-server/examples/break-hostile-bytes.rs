//! What the server answers to bytes that mean harm. Behind each message stands a request
//! for /smuggled: is it answered?
//!
//! The same for Node: examples/node/hostile.cjs.

mod common;

use raw_http_server::{App, Config};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let cases: Vec<(String, String)> =
        serde_json::from_str(include_str!("hostile.json"))?;
    let server = common::start(Config::default(), App::default())?;
    let next = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    for (name, message) in &cases {
        // Half a message has nothing behind it.
        let next = if name.starts_with("half") { "" } else { next };
        let answer = common::exchange(&server, format!("{message}{next}").as_bytes())?;
        let answer = String::from_utf8_lossy(&answer);
        let statuses: Vec<&str> = answer
            .split("HTTP/1.1 ")
            .skip(1)
            .map(|answer| &answer[..3])
            .collect();
        println!("{name:<20} {}", statuses.join(", "));
    }
    server.stop();
    Ok(())
}
