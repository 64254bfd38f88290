//! The jobs. Each warms up, measures itself, and returns the time of one operation.

use os_basics::memory::{Pages, page_size};
use os_basics::process::{Program, fork};
use std::hint::black_box;
use std::io::{self, Read, Write};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

/// What is asked for its size again and again.
const FILE: &str = "/bin/true";

/// Nanoseconds per operation of the second call, which does `operations`.
fn measure(
    operations: u32,
    mut run: impl FnMut(u32) -> io::Result<()>,
) -> io::Result<f64> {
    run(operations / 4)?; // warm up
    let start = Instant::now();
    run(operations)?;
    Ok(start.elapsed().as_nanos() as f64 / f64::from(operations))
}

fn system_call() -> io::Result<f64> {
    measure(2_000_000, |n| {
        for _ in 0..n {
            black_box(nix::unistd::getppid());
        }
        Ok(())
    })
}

fn stat() -> io::Result<f64> {
    measure(200_000, |n| {
        for _ in 0..n {
            black_box(std::fs::metadata(FILE)?);
        }
        Ok(())
    })
}

/// Asks a thread, and waits for its answer: what a pool of one does.
fn stat_elsewhere() -> io::Result<f64> {
    let (ask, asked) = mpsc::channel::<()>();
    let (answer, answers) = mpsc::channel();
    thread::spawn(move || {
        while asked.recv().is_ok() {
            let _ = answer.send(std::fs::metadata(FILE));
        }
    });
    measure(20_000, |n| {
        for _ in 0..n {
            ask.send(()).map_err(io::Error::other)?;
            black_box(answers.recv().map_err(io::Error::other)??);
        }
        Ok(())
    })
}

fn stat_tokio() -> io::Result<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    measure(20_000, |n| {
        runtime.block_on(async {
            for _ in 0..n {
                black_box(tokio::fs::metadata(FILE).await?);
            }
            Ok(())
        })
    })
}

/// Two processes throw a byte to each other through two pipes. An operation is a throw.
fn switch_processes() -> io::Result<f64> {
    let (mut to_read, mut to_write) = io::pipe()?;
    let (mut back_read, mut back_write) = io::pipe()?;
    let child = fork(|| {
        let mut byte = [0];
        while to_read.read(&mut byte).is_ok_and(|n| n == 1) && byte != *b"." {
            if back_write.write_all(&byte).is_err() {
                return 1;
            }
        }
        0
    })?;
    let time = measure(20_000, |n| {
        let mut byte = *b"x";
        for _ in 0..n {
            to_write.write_all(&byte)?;
            back_read.read_exact(&mut byte)?;
        }
        Ok(())
    })?;
    to_write.write_all(b".")?;
    child.wait()?;
    Ok(time / 2.0)
}

/// Two threads wake each other. An operation is a wake-up.
fn switch_threads() -> io::Result<f64> {
    let turn = Arc::new(AtomicU32::new(0));
    let (theirs, us) = (Arc::clone(&turn), thread::current());
    let them = thread::spawn(move || {
        loop {
            match theirs.load(Ordering::Acquire) {
                0 => thread::park(),
                1 => {
                    theirs.store(0, Ordering::Release);
                    us.unpark();
                }
                _ => return,
            }
        }
    });
    let time = measure(20_000, |n| {
        for _ in 0..n {
            turn.store(1, Ordering::Release);
            them.thread().unpark();
            while turn.load(Ordering::Acquire) == 1 {
                thread::park();
            }
        }
        Ok(())
    })?;
    turn.store(2, Ordering::Release);
    them.thread().unpark();
    them.join()
        .map_err(|_| io::Error::other("the thread panicked"))?;
    Ok(time / 2.0)
}

/// Two tasks of one thread: what a switch costs without the kernel.
fn switch_tasks() -> io::Result<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let (to, mut asked) = tokio::sync::mpsc::channel::<u8>(1);
    let (back, mut answers) = tokio::sync::mpsc::channel::<u8>(1);
    runtime.spawn(async move {
        while let Some(byte) = asked.recv().await {
            let _ = back.send(byte).await;
        }
    });
    let time = measure(200_000, |n| {
        runtime.block_on(async {
            for _ in 0..n {
                to.send(1).await.map_err(io::Error::other)?;
                answers.recv().await;
            }
            Ok(())
        })
    })?;
    Ok(time / 2.0)
}

/// Touches each page of 64 MiB, for the first time or the second.
fn fault(again: bool) -> io::Result<f64> {
    let pages = (64 << 20) / page_size();
    let mut spent = 0.0;
    const ROUNDS: u32 = 8;
    for round in 0..=ROUNDS {
        let mut memory = Pages::new(64 << 20)?;
        let mut touch = || {
            let start = Instant::now();
            for i in 0..pages {
                memory[i * page_size()] = 1;
            }
            start.elapsed().as_nanos() as f64
        };
        let (first, second) = (touch(), touch());
        if round > 0 {
            spent += if again { second } else { first };
        }
    }
    Ok(spent / f64::from(ROUNDS) / pages as f64)
}

/// Starts a program that ends at once and waits for it, from a process with so many MiB
/// of memory. In microseconds.
fn spawn(mib: usize, mut start: impl FnMut() -> io::Result<()>) -> io::Result<f64> {
    let mut memory = Pages::new(mib << 20)?;
    memory.fill(1);
    let time = measure(20, |n| (0..n).try_for_each(|_| start()))?;
    black_box(&memory);
    Ok(time / 1000.0)
}

fn spawn_rebuild(mib: usize) -> io::Result<f64> {
    spawn(mib, || {
        Program::new("/bin/true").spawn()?.wait()?;
        Ok(())
    })
}

fn spawn_std(mib: usize) -> io::Result<f64> {
    spawn(mib, || Command::new("/bin/true").status().map(drop))
}

fn usage() -> ExitCode {
    eprintln!("say who and which job, as in compare/compare.toml: rebuild system-call");
    ExitCode::from(2)
}

pub fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["rebuild", "system-call"] => system_call(),
        ["rebuild", "stat"] => stat(),
        ["rebuild", "stat-elsewhere"] => stat_elsewhere(),
        ["tokio", "stat-elsewhere"] => stat_tokio(),
        ["rebuild", "switch-processes"] => switch_processes(),
        ["rebuild", "switch-threads"] => switch_threads(),
        ["tokio", "switch-threads"] => switch_tasks(),
        ["rebuild", "fault"] => fault(false),
        ["again", "fault"] => fault(true),
        [who @ ("rebuild" | "std"), "spawn", mib] => match mib.parse() {
            Ok(mib) if who == "rebuild" => spawn_rebuild(mib),
            Ok(mib) => spawn_std(mib),
            Err(_) => return usage(),
        },
        _ => return usage(),
    };
    match result {
        Ok(time) => {
            println!("{time:.2}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
