//! One run of the comparison: starts a contestant as a process of its own, loads it or
//! answers it from this one, and prints what it took.
//!
//! `cargo run --release -p node-http --example node-http-compare -- rebuild server`;
//! contestants and jobs are in compare/compare.toml.

mod contestants;
mod load;

use contestants::Contestant;
use std::process::ExitCode;
use std::time::Duration;

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_secs(1);
const SECONDS: u64 = 3;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["serve", who, port] => contestants::serve(who, port),
        ["ask", port, seconds, connections] => {
            contestants::ask(port, seconds, connections)
        }
        [who, "server"] => server(who, "server", 1),
        [who, "pipelined"] => server(who, "pipelined", 16),
        [who, "agent-kept"] => client(who, "kept"),
        [who, "agent-new"] => client(who, "new"),
        _ => Err("say a contestant and a job".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// A contestant that serves, and a load in this process.
fn server(who: &str, job: &str, in_a_row: usize) -> Result<()> {
    let contestant = Contestant::serve(who)?;
    let port = contestant.port;
    contestants::pin(1)?;
    load::load(port, CONNECTIONS, in_a_row, WARM_UP)?;
    let before = contestant.cpu()?;
    let time = Duration::from_secs(SECONDS);
    let requests = load::load(port, CONNECTIONS, in_a_row, time)? as f64;
    let cpu = contestant.cpu()? - before;
    println!("{job}-cpu {}", cpu * 1e6 / requests);
    if job == "server" {
        println!("{job}-memory {}", contestant.peak_mib()?);
    }
    println!("{}", requests / SECONDS as f64);
    Ok(())
}

/// A contestant that asks, and a server in this process that does nothing but answer.
fn client(who: &str, connections: &str) -> Result<()> {
    contestants::pin(1)?;
    let port = load::answer()?;
    let rate = contestants::client(who, port, SECONDS, connections)?;
    println!("{rate}");
    Ok(())
}
