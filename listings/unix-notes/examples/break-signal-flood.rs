//! 5000 SIGUSR2, then one SIGHUP, before anybody looks. What arrives?
//!
//! `messages` goes by the messages in the self-pipe, as libuv does, `pending` by the
//! set beside it; `tokio` and `signal-hook` are how others do it.

#[cfg(target_os = "linux")]
mod floods {
    use rustix::process::{Signal, getpid, kill_process};
    use std::io;
    use std::time::Duration;
    use unix_notes::signals::SelfPipe;

    const USR2: i32 = 12;
    const HUP: i32 = 1;

    fn flood() {
        for _ in 0..5000 {
            kill_process(getpid(), Signal::USR2).expect("we are alive");
        }
        kill_process(getpid(), Signal::HUP).expect("we are alive");
    }

    pub fn run(who: &str) -> io::Result<Vec<i32>> {
        match who {
            "messages" => {
                let pipe = SelfPipe::catch(&[Signal::USR2, Signal::HUP])?;
                flood();
                Ok(pipe
                    .messages()?
                    .iter()
                    .map(|signal| signal.as_raw())
                    .collect())
            }
            "pending" => {
                let pipe = SelfPipe::catch(&[Signal::USR2, Signal::HUP])?;
                flood();
                Ok(pipe
                    .pending()?
                    .iter()
                    .map(|signal| signal.as_raw())
                    .collect())
            }
            "tokio" => {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                runtime.enable_all().build()?.block_on(tokio())
            }
            "signal-hook" => {
                let mut signals = signal_hook::iterator::Signals::new([USR2, HUP])?;
                flood();
                Ok(signals.pending().collect())
            }
            _ => Err(io::Error::other(
                "say messages, pending, tokio or signal-hook",
            )),
        }
    }

    async fn tokio() -> io::Result<Vec<i32>> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut usr2 = signal(SignalKind::from_raw(USR2))?;
        let mut hup = signal(SignalKind::from_raw(HUP))?;
        flood();
        let mut seen = Vec::new();
        loop {
            // Long enough for whatever would still come.
            let more = tokio::time::timeout(Duration::from_millis(200), async {
                tokio::select! {
                    _ = usr2.recv() => USR2,
                    _ = hup.recv() => HUP,
                }
            });
            match more.await {
                Ok(signal) => seen.push(signal),
                Err(_) => return Ok(seen),
            }
        }
    }

    pub fn print(who: &str, seen: &[i32]) {
        let count = |wanted| seen.iter().filter(|signal| **signal == wanted).count();
        println!("{who}: SIGUSR2 {}, SIGHUP {}", count(USR2), count(HUP));
    }
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    let who = std::env::args().nth(1).unwrap_or_default();
    match floods::run(&who) {
        Ok(seen) => floods::print(&who, &seen),
        Err(error) => {
            eprintln!("{error}");
            return std::process::ExitCode::from(2);
        }
    }
    std::process::ExitCode::SUCCESS
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("this example needs Linux");
}
