//! The pool is full of jobs that compute. A file has to wait; lookups that hang leave
//! room for it.
//!
//! `cargo run -q -p mini-uv --example break-full-pool`

use mini_uv::{Loop, Pool, Result, RunMode, WorkKind};
use std::sync::{Arc, Barrier};
use std::time::Duration;

const THREADS: usize = 4;

fn main() -> Result<()> {
    for (kind, name) in [
        (WorkKind::Cpu, "4 jobs that compute (here they sleep)"),
        (WorkKind::SlowIo, "4 lookups that hang"),
    ] {
        println!("{name}:");
        file_behind(kind)?;
    }
    Ok(())
}

/// Four jobs of 200 ms, then a file.
fn file_behind(kind: WorkKind) -> Result<()> {
    let mut uv = Loop::with_pool(Pool::new(THREADS))?;
    // Both kinds begin at once: as many as may run.
    let running = if kind == WorkKind::SlowIo { 2 } else { THREADS };
    let started = Arc::new(Barrier::new(running + 1));
    for nth in 0..THREADS {
        let started = Arc::clone(&started);
        let work = move || {
            if nth < running {
                started.wait();
            }
            std::thread::sleep(Duration::from_millis(200));
        };
        uv.queue_work(kind, work, |_, _| println!("  a job is done"))?;
    }
    started.wait();
    uv.fs_stat(".", |_, _| println!("  the file is there"))?;
    uv.run(RunMode::Default)?;
    Ok(())
}
