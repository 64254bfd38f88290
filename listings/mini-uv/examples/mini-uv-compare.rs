//! One job of the comparison with libuv: prints nanoseconds per operation.
//!
//! `cargo run --release -p mini-uv --example mini-uv-compare -- rebuild wakeups`; the
//! jobs are in compare/compare.toml, the same work for libuv itself in compare/libuv.c.

use std::process::ExitCode;
use std::time::{Duration, Instant};

const WAKEUPS: u32 = 40_000;
const JOBS: u32 = 40_000;
const IN_FLIGHT: u32 = 128;
const SENDS: u32 = 2_000_000;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

mod rebuild {
    use super::*;
    use mini_uv::{Async, Loop, RunMode, Sender, WorkKind};
    use std::cell::{Cell, OnceCell};
    use std::rc::Rc;
    use std::sync::mpsc::channel;
    use std::thread;

    /// A loop whose handle wakes another one, so many times, and then closes.
    struct Side {
        uv: Loop,
        other: Rc<OnceCell<Sender>>,
    }

    impl Side {
        fn new(times: u32) -> Result<(Side, Sender)> {
            let mut uv = Loop::new()?;
            let (left, other) = (Cell::new(times), Rc::new(OnceCell::new()));
            let (peer, own) = (Rc::clone(&other), Rc::new(Cell::new(None)));
            let itself: Rc<Cell<Option<Async>>> = Rc::clone(&own);
            let (handle, sender) = uv.async_handle(move |uv| {
                let peer: Option<&Sender> = peer.get();
                peer.expect("set before the loop runs").send();
                left.set(left.get() - 1);
                if let (0, Some(handle)) = (left.get(), itself.get()) {
                    uv.close(handle, |_| ()).expect("it is open");
                }
            });
            own.set(Some(handle));
            Ok((Side { uv, other }, sender))
        }

        fn run(&mut self, other: Sender) -> Result<()> {
            self.other.set(other).map_err(|_| "set twice")?;
            self.uv.run(RunMode::Default)?;
            Ok(())
        }
    }

    /// Two loops on two threads wake each other in turn.
    pub fn wakeups() -> Result<Duration> {
        let (mut side, sender) = Side::new(WAKEUPS / 2)?;
        let first = sender.clone();
        let (give, take) = channel();
        let other = thread::spawn(move || -> Result<()> {
            let (mut side, own) = Side::new(WAKEUPS / 2)?;
            give.send(own)?;
            side.run(sender)
        });
        let second = take.recv()?;
        let start = Instant::now();
        first.send();
        side.run(second)?;
        other.join().expect("the other side")?;
        Ok(start.elapsed())
    }

    /// One handle, sent to while it is wanted already.
    pub fn sends() -> Result<Duration> {
        let mut uv = Loop::new()?;
        let (_, sender) = uv.async_handle(|_| ());
        let start = Instant::now();
        for _ in 0..SENDS {
            sender.send();
        }
        let spent = start.elapsed();
        uv.run(RunMode::NoWait)?;
        Ok(spent)
    }

    /// Empty jobs for the pool, so many on their way at a time.
    pub fn jobs(in_flight: u32) -> Result<Duration> {
        let mut uv = Loop::new()?;
        uv.queue_work(WorkKind::Cpu, || (), |_, _| ())?; // starts the threads
        uv.run(RunMode::Default)?;
        let (left, done) = (Rc::new(Cell::new(JOBS)), Rc::new(Cell::new(0)));
        let start = Instant::now();
        for _ in 0..in_flight {
            submit(&mut uv, Rc::clone(&left), Rc::clone(&done))?;
        }
        uv.run(RunMode::Default)?;
        let spent = start.elapsed();
        assert_eq!(done.get(), JOBS);
        Ok(spent)
    }

    fn submit(uv: &mut Loop, left: Rc<Cell<u32>>, done: Rc<Cell<u32>>) -> Result<()> {
        if left.get() == 0 {
            return Ok(());
        }
        left.set(left.get() - 1);
        let after = move |uv: &mut Loop, result: mini_uv::Result<()>| {
            result.expect("it cannot fail");
            done.set(done.get() + 1);
            submit(uv, left, done).expect("there is room");
        };
        uv.queue_work(WorkKind::Cpu, || (), after)?;
        Ok(())
    }
}

/// One thread each, like a loop: tokio's runtime is driven by whoever blocks on it.
mod peer {
    use super::*;
    use std::sync::Arc;
    use std::sync::mpsc::channel;
    use std::thread;
    use tokio::runtime::{Builder, Runtime};
    use tokio::sync::Notify;
    use tokio::task::JoinSet;

    fn runtime() -> Result<Runtime> {
        let mut builder = Builder::new_current_thread();
        // As many threads as the pools of the others.
        Ok(builder.enable_all().max_blocking_threads(4).build()?)
    }

    pub fn wakeups() -> Result<Duration> {
        let (mine, yours) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (own, first) = (Arc::clone(&yours), Arc::clone(&mine));
        let (ready, is_ready) = channel();
        let other = thread::spawn(move || -> Result<()> {
            let runtime = runtime()?;
            ready.send(())?;
            runtime.block_on(take_turns(&own, &first));
            Ok(())
        });
        let runtime = runtime()?;
        is_ready.recv()?;
        let start = Instant::now();
        mine.notify_one();
        runtime.block_on(take_turns(&mine, &yours));
        other.join().expect("the other side")?;
        Ok(start.elapsed())
    }

    async fn take_turns(mine: &Notify, yours: &Notify) {
        for _ in 0..WAKEUPS / 2 {
            mine.notified().await;
            yours.notify_one();
        }
    }

    pub fn sends() -> Result<Duration> {
        let notify = Notify::new();
        let start = Instant::now();
        for _ in 0..SENDS {
            notify.notify_one();
        }
        let spent = start.elapsed();
        runtime()?.block_on(notify.notified());
        Ok(spent)
    }

    pub fn jobs(in_flight: u32) -> Result<Duration> {
        runtime()?.block_on(async {
            tokio::task::spawn_blocking(|| ()).await?;
            let (mut left, mut done) = (JOBS, 0);
            let mut running = JoinSet::new();
            let start = Instant::now();
            for _ in 0..in_flight {
                running.spawn_blocking(|| ());
                left -= 1;
            }
            while let Some(result) = running.join_next().await {
                result?;
                done += 1;
                if left > 0 {
                    running.spawn_blocking(|| ());
                    left -= 1;
                }
            }
            assert_eq!(done, JOBS);
            Ok(start.elapsed())
        })
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (result, operations) = match words[..] {
        ["rebuild", "wakeups"] => (rebuild::wakeups(), WAKEUPS),
        ["rebuild", "sends"] => (rebuild::sends(), SENDS),
        ["rebuild", "one-job"] => (rebuild::jobs(1), JOBS),
        ["rebuild", "many-jobs"] => (rebuild::jobs(IN_FLIGHT), JOBS),
        ["tokio", "wakeups"] => (peer::wakeups(), WAKEUPS),
        ["tokio", "sends"] => (peer::sends(), SENDS),
        ["tokio", "one-job"] => (peer::jobs(1), JOBS),
        ["tokio", "many-jobs"] => (peer::jobs(IN_FLIGHT), JOBS),
        _ => {
            eprintln!("say `rebuild` or `tokio`, then a job of compare/compare.toml");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(spent) => {
            println!("{:.2}", spent.as_nanos() as f64 / f64::from(operations));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
