//! One job of the comparison with Node: prints one number.
//!
//! `cargo run --release -p unix-notes --example unix-notes-compare -- rebuild pipe
//! 4096`; the jobs are in compare/compare.toml, the same work for Node in
//! compare/bench.mjs.

#[cfg(target_os = "linux")]
mod jobs {
    use rustix::event::PollFlags;
    use rustix::process::{Signal, getpid, kill_process};
    use std::io::{self, Write};
    use std::os::fd::AsFd;
    use std::process::{Command, Stdio};
    use std::time::Instant;
    use tokio::io::AsyncWriteExt;
    use unix_notes::fds;
    use unix_notes::signals::SelfPipe;
    use unix_notes::stdio::Output;

    /// A writer waits when more than this is pending, as a stream of Node does.
    const HIGH_WATER_MARK: usize = 64 * 1024;
    const SIGNALS: u32 = 20_000;
    const PROCESSES: u32 = 200;

    pub fn run(who: &str, job: &str, chunk: usize) -> io::Result<f64> {
        match (who, job) {
            (_, "pipe") => pipe(who, chunk),
            ("rebuild", "write") => written(chunk, |chunk, times| {
                let mut output = Output::new(io::stdout())?;
                for _ in 0..times {
                    output.write(chunk)?;
                    if output.pending() >= HIGH_WATER_MARK {
                        output.flush()?;
                    }
                }
                output.flush()?;
                output.abandon();
                Ok(())
            }),
            ("tokio", "write") => written(chunk, |chunk, times| {
                runtime()?.block_on(async {
                    let fd = io::stdout().as_fd().try_clone_to_owned()?;
                    let mut pipe =
                        tokio::net::unix::pipe::Sender::from_file(fd.into())?;
                    for _ in 0..times {
                        pipe.write_all(chunk).await?;
                    }
                    Ok(())
                })
            }),
            ("blocking", "write") => written(chunk, |chunk, times| {
                let fd = io::stdout().as_fd().try_clone_to_owned()?;
                let mut pipe = std::fs::File::from(fd);
                (0..times).try_for_each(|_| pipe.write_all(chunk))
            }),
            ("rebuild", "signal") => {
                let pipe = SelfPipe::catch(&[Signal::USR2])?;
                per(SIGNALS, || {
                    kill_myself()?;
                    loop {
                        fds::wait(&[(pipe.as_fd(), PollFlags::IN)], None)?;
                        if !pipe.pending()?.is_empty() {
                            return Ok(());
                        }
                    }
                })
            }
            ("tokio", "signal") => runtime()?.block_on(async {
                use tokio::signal::unix::{SignalKind, signal};
                let mut signal = signal(SignalKind::user_defined2())?;
                let start = Instant::now();
                for _ in 0..SIGNALS {
                    kill_myself()?;
                    signal.recv().await;
                }
                Ok(start.elapsed().as_nanos() as f64 / f64::from(SIGNALS))
            }),
            ("signal-hook", "signal") => {
                let usr2 = Signal::USR2.as_raw();
                let mut signals = signal_hook::iterator::Signals::new([usr2])?;
                per(SIGNALS, || {
                    kill_myself()?;
                    while signals.wait().next().is_none() {}
                    Ok(())
                })
            }
            ("rebuild", "spawn") => {
                per(PROCESSES, || Command::new("true").status().map(drop))
                    .map(|nanoseconds| nanoseconds / 1e3)
            }
            ("tokio", "spawn") => runtime()?.block_on(async {
                let start = Instant::now();
                for _ in 0..PROCESSES {
                    tokio::process::Command::new("true").status().await?;
                }
                Ok(start.elapsed().as_nanos() as f64 / f64::from(PROCESSES) / 1e3)
            }),
            _ => Err(io::Error::other("there is no such job")),
        }
    }

    fn runtime() -> io::Result<tokio::runtime::Runtime> {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
    }

    fn kill_myself() -> io::Result<()> {
        Ok(kill_process(getpid(), Signal::USR2)?)
    }

    /// Nanoseconds per turn.
    fn per(times: u32, mut turn: impl FnMut() -> io::Result<()>) -> io::Result<f64> {
        let start = Instant::now();
        for _ in 0..times {
            turn()?;
        }
        Ok(start.elapsed().as_nanos() as f64 / f64::from(times))
    }

    /// Starts a writer whose stdout is a pipe that `cat` reads; the writer says on
    /// stderr how fast it was.
    fn pipe(who: &str, chunk: usize) -> io::Result<f64> {
        let mut command = Command::new("sh");
        command.args(["-c", r#""$0" "$@" | cat > /dev/null"#]);
        command.arg(std::env::current_exe()?);
        command.args([who, "write", &chunk.to_string()]);
        let output = command.stderr(Stdio::piped()).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        said.trim()
            .parse()
            .map_err(|_| io::Error::other(said.into_owned()))
    }

    /// As much as takes a while at every size; the same in bench.mjs.
    pub fn times(chunk: usize) -> usize {
        (256 * 1024 * 1024 / chunk).clamp(1, 200_000)
    }

    /// MB/s, said on stderr.
    fn written(
        chunk: usize,
        write: impl FnOnce(&[u8], usize) -> io::Result<()>,
    ) -> io::Result<f64> {
        let (bytes, times) = (vec![b'x'; chunk], times(chunk));
        let start = Instant::now();
        write(&bytes, times)?;
        let seconds = start.elapsed().as_secs_f64();
        Ok((chunk * times) as f64 / 1e6 / seconds)
    }
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [who, job, rest @ ..] = &args[..] else {
        eprintln!("say who, which job, and for `pipe` the bytes of a write");
        return std::process::ExitCode::from(2);
    };
    let chunk = rest.first().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
    match (jobs::run(who, job, chunk.unwrap_or(4096)), job.as_str()) {
        (Ok(number), "write") => eprintln!("{number:.2}"),
        (Ok(number), _) => println!("{number:.2}"),
        (Err(error), _) => {
            eprintln!("{who} {job}: {error}");
            return std::process::ExitCode::FAILURE;
        }
    }
    std::process::ExitCode::SUCCESS
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("this example needs Linux");
}
