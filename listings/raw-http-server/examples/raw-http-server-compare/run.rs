//! The jobs.

use crate::Result;
use crate::contestants::{self, Contestant};
use crate::load;
use crate::process::{self, Tree};
use std::process::ExitCode;

/// What is asked of a server, and how many of its workers there are.
struct Job {
    name: &'static str,
    path: &'static str,
    is_pipelined: bool,
    workers: usize,
    connections: u32,
}

const fn job(name: &'static str, path: &'static str, workers: usize) -> Job {
    Job {
        name,
        path,
        is_pipelined: false,
        workers,
        connections: 64,
    }
}

const JOBS: &[Job] = &[
    job("plaintext", "/plaintext", 1),
    Job {
        is_pipelined: true,
        ..job("pipelined", "/plaintext", 1)
    },
    job("json", "/json", 1),
    job("small-file", "/10k.bin", 1),
    Job {
        connections: 8,
        ..job("large-file", "/10m.bin", 1)
    },
    job("plaintext-two", "/plaintext", 2),
    Job {
        is_pipelined: true,
        ..job("pipelined-two", "/plaintext", 2)
    },
    job("small-file-two", "/10k.bin", 2),
    Job {
        connections: 1000,
        ..job("many", "/plaintext", 1)
    },
];

pub fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["serve", who, port, workers, folder] => {
            contestants::serve(who, port, workers, folder)
        }
        [who, job] => run(who, job),
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

fn run(who: &str, name: &str) -> Result<()> {
    process::raise_limit()?;
    if name == "idle" {
        return idle(who);
    }
    let job = JOBS.iter().find(|job| job.name == name);
    let job = job.ok_or_else(|| format!("there is no job `{name}`"))?;
    let contestant = Contestant::start(who, job.workers)?;
    let pin = (job.workers == 1).then_some(load::PROCESSOR);
    let url = contestant.url(job.path);
    // Compilers and caches warm up.
    load::wrk(&url, job.connections, job.is_pipelined, 1, pin)?;
    let before = Tree::of(contestant.id())?.cpu;
    let load = load::wrk(&url, job.connections, job.is_pipelined, 3, pin)?;
    let after = Tree::of(contestant.id())?;
    if !job.is_pipelined {
        println!("{name}-p50 {}", load.p50_us);
        println!("{name}-p99 {}", load.p99_us);
    }
    println!("{name}-cpu {}", (after.cpu - before) * 1e6 / load.requests);
    println!("{name}-memory {}", after.peak_kib / 1024.0);
    println!("{}", load.requests_per_second);
    Ok(())
}

/// Ten thousand connections that have asked once and are silent now; then a few that
/// ask all the time.
fn idle(who: &str) -> Result<()> {
    const IDLE: usize = 10_000;
    let contestant = Contestant::start(who, 1)?;
    let url = contestant.url("/plaintext");
    load::wrk(&url, 16, false, 1, Some(load::PROCESSOR))?;
    let before = Tree::of(contestant.id())?.resident_kib;
    let connections = load::idle(contestant.port, IDLE)?;
    let after = Tree::of(contestant.id())?.resident_kib;
    let active = load::wrk(&url, 16, false, 3, Some(load::PROCESSOR))?;
    drop(connections);
    println!("idle-p50 {}", active.p50_us);
    println!("idle-p99 {}", active.p99_us);
    println!("idle-requests {}", active.requests_per_second);
    println!("{}", ((after - before).max(0.001)) * 1024.0 / IDLE as f64);
    Ok(())
}
