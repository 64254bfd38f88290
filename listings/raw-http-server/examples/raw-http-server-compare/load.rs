//! The load: wrk, and connections that do nothing.

use crate::Result;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;

/// The processor of the load; that of the server is the one before.
pub const PROCESSOR: usize = 1;

/// What wrk reports.
#[derive(Debug)]
pub struct Load {
    pub requests_per_second: f64,
    pub requests: f64,
    pub p50_us: f64,
    pub p99_us: f64,
}

/// What `start` starts runs on this processor alone, if the machine has it.
pub fn pinned<T>(processor: Option<usize>, start: impl FnOnce() -> T) -> Result<T> {
    let before = sched_getaffinity(None)?;
    if let Some(processor) = processor.filter(|number| before.is_set(*number)) {
        let mut only = CpuSet::new();
        only.set(processor);
        sched_setaffinity(None, &only)?;
    }
    let started = start();
    sched_setaffinity(None, &before)?;
    Ok(started)
}

pub fn wrk(
    url: &str,
    connections: u32,
    is_pipelined: bool,
    seconds: u32,
    processor: Option<usize>,
) -> Result<Load> {
    let mut command = Command::new("wrk");
    // Without a time of our own, wrk calls an answer an error that took over two seconds.
    // Here it is a late answer, and belongs among the latencies.
    command.args(["--latency", "-t1", "--timeout", "60s"]);
    command
        .arg(format!("-c{connections}"))
        .arg(format!("-d{seconds}s"));
    if is_pipelined {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/compare/pipeline.lua");
        command.args(["-s", script]);
    }
    let output = pinned(processor, || command.arg(url).output())?;
    let output =
        output.map_err(|error| format!("needs wrk (apt install wrk): {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if let Some(wrong) = ["Non-2xx", "Socket errors"]
        .iter()
        .find(|w| text.contains(**w))
    {
        return Err(format!("{wrong} in what wrk says:\n{text}").into());
    }
    parse(&text).ok_or_else(|| format!("wrk says:\n{text}").into())
}

fn parse(text: &str) -> Option<Load> {
    let word = |start: &str| {
        let mut lines = text.lines().map(str::trim_start);
        lines
            .find_map(|line| line.strip_prefix(start))?
            .split_whitespace()
            .next()
    };
    let requests = text.lines().find_map(|line| {
        let (number, _) = line.split_once(" requests in ")?;
        number.trim().parse().ok()
    })?;
    Some(Load {
        requests_per_second: word("Requests/sec:")?.parse().ok()?,
        requests,
        p50_us: microseconds(word("50%")?)?,
        p99_us: microseconds(word("99%")?)?,
    })
}

fn microseconds(text: &str) -> Option<f64> {
    let units = [("us", 1.0), ("ms", 1e3), ("s", 1e6)];
    units.iter().find_map(|(unit, factor)| {
        Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * factor)
    })
}

/// So many connections, each of which has had one answer.
pub fn idle(port: u16, count: usize) -> Result<Vec<TcpStream>> {
    let mut connections = Vec::with_capacity(count);
    for _ in 0..count {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.write_all(b"GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n")?;
        let mut answer = [0; 1024];
        let mut length = 0;
        while !answer[..length].ends_with(b"Hello, World!") {
            match stream.read(&mut answer[length..])? {
                0 => return Err("the server hung up".into()),
                read => length += read,
            }
        }
        connections.push(stream);
    }
    Ok(connections)
}
