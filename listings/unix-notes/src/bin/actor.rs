//! A process for the tests to start: `actor ROLE [ARGUMENT]`. Each role is what a
//! program of oracle/ has its children do.

#[cfg(target_os = "linux")]
mod roles {
    use rustix::event::PollFlags;
    use rustix::process::Signal;
    use rustix::stdio::{stderr, stdin, stdout};
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
    use std::cell::Cell;
    use std::io::{self, Read, Write};
    use std::net::TcpListener;
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;
    use std::process::{Command, exit};
    use unix_notes::fds::{self, Kind};
    use unix_notes::process::Process;
    use unix_notes::signals::SelfPipe;
    use unix_notes::stdio::{Output, write_all};
    use unix_notes::sys::{Action, set_action};
    use unix_notes::{passing, terminal};

    pub fn run(role: &str, argument: &str) -> io::Result<()> {
        match role {
            "stdout-kind" => stdout_kind(argument),
            "write" => write(argument),
            "signal-order" => signal_order(),
            "signals-lost" => signals_lost(),
            "sigpipe" => sigpipe(argument == "listener"),
            "hold-stdout" => hold_stdout(),
            "hold-modes" => hold_modes(),
            "ctrl-c" => ctrl_c(argument),
            "accept" => accept(),
            _ => Err(io::Error::other(format!("there is no role `{role}`"))),
        }
    }

    fn stdout_kind(what: &str) -> io::Result<()> {
        let stream = match fds::kind(stdout())? {
            Some(Kind::File) => "SyncWriteStream, with write(2)",
            Some(Kind::Pipe | Kind::Socket) => "Socket, through a Pipe",
            Some(Kind::Terminal) => "WriteStream, through a TTY",
            None => "none",
        };
        write_all(stderr(), format!("{what}: {stream}\n").as_bytes())
    }

    // ANCHOR: stdout-truncated
    fn write(end: &str) -> io::Result<()> {
        let mut output = Output::new(stdout())?;
        output.write(&[b'x'; 1_000_000])?;
        match end {
            "exit" => {} // at once, whatever waits
            "exit code" | "exit when written" => output.flush()?,
            _ => return Err(io::ErrorKind::InvalidInput.into()),
        }
        output.abandon();
        exit(0)
    }
    // ANCHOR_END: stdout-truncated

    // ANCHOR: signal-order
    fn signal_order() -> io::Result<()> {
        let mut process = Process::new(&[(Signal::USR2, |p| p.log("listener"))])?;
        process.run(|process| {
            process.set_immediate(|p| p.log("immediate"));
            process.next_tick(|p| p.log("tick"));
            kill_myself(Signal::USR2, 1);
            process.log("after kill");
        })
    }
    // ANCHOR_END: signal-order

    fn kill_myself(signal: Signal, times: usize) {
        for _ in 0..times {
            let me = rustix::process::getpid();
            rustix::process::kill_process(me, signal).expect("we are alive");
        }
    }

    // ANCHOR: signals-lost
    fn signals_lost() -> io::Result<()> {
        thread_local! {
            static COUNTS: [Cell<u32>; 2] = const { [Cell::new(0), Cell::new(0)] };
        }
        let mut process = Process::new(&[
            (Signal::USR2, |_| COUNTS.with(|c| c[0].update(|n| n + 1))),
            (Signal::HUP, |_| COUNTS.with(|c| c[1].update(|n| n + 1))),
        ])?;
        kill_myself(Signal::USR2, 5000);
        kill_myself(Signal::HUP, 1);
        process.turn()?;
        let [usr2, hup] = COUNTS.with(|counts| [counts[0].get(), counts[1].get()]);
        process.log(&format!("SIGUSR2: {usr2} of 5000\nSIGHUP: {hup} of 1"));
        Ok(())
    }
    // ANCHOR_END: signals-lost

    fn sigpipe(listens: bool) -> io::Result<()> {
        let mut output = Output::new(stdout())?;
        io::stdin().read_to_end(&mut Vec::new())?;
        match output.write(b"into the void") {
            Err(error) if listens && error.kind() == io::ErrorKind::BrokenPipe => {
                write_all(stderr(), b"EPIPE write\n")
            }
            result => result,
        }
    }

    /// Until the end of its input, or a signal. As Node, it catches SIGINT and SIGTERM
    /// (`SignalExit` in src/node.cc), puts the flag back, and then dies of the signal.
    fn hold_stdout() -> io::Result<()> {
        let signals = SelfPipe::catch(&[Signal::INT, Signal::TERM])?;
        // Under nohup it would be ignored. Node begins with the default of each signal.
        set_action(Signal::HUP, Action::Default)?;
        let output = Output::new(stdout())?;
        write_all(stderr(), b"opened")?;
        let input = (stdin(), PollFlags::IN);
        fds::wait(&[input, (signals.as_fd(), PollFlags::IN)], None)?;
        output.abandon();
        for signal in signals.pending()? {
            set_action(signal, Action::Default)?;
            kill_myself(signal, 1);
        }
        Ok(())
    }

    /// As Node does with a terminal: remembers its modes at the start, puts them back at
    /// the end. The terminal is descriptor 1.
    fn hold_modes() -> io::Result<()> {
        let modes = tcgetattr(stdout())?;
        write_all(stderr(), b"started")?;
        io::stdin().read_to_end(&mut Vec::new())?;
        Ok(tcsetattr(stdout(), OptionalActions::Now, &modes)?)
    }

    /// Says which signal came, and then, on a raw terminal, which byte. The parent has
    /// a child in its own group, which is the foreground group.
    fn ctrl_c(who: &str) -> io::Result<()> {
        let signals = SelfPipe::catch(&[Signal::INT])?;
        let mut child = None;
        if who == "parent" {
            let me = std::env::current_exe()?;
            child = Some(Command::new(me).args(["ctrl-c", "child"]).spawn()?);
        }
        write_all(stdout(), format!("{who} ready\n").as_bytes())?;
        fds::wait(&[(signals.as_fd(), PollFlags::IN)], None)?;
        for signal in signals.pending()? {
            let name = unix_notes::signals::name(signal.as_raw());
            write_all(stdout(), format!("{who} got {name}\n").as_bytes())?;
        }
        if let Some(mut child) = child {
            child.wait()?;
            terminal::set_raw(stdin())?;
            write_all(stdout(), b"raw\r\n")?;
            let mut byte = [0];
            io::stdin().read_exact(&mut byte)?;
            let text = String::from_utf8_lossy(&byte);
            // As JSON has it.
            let json = format!("{text:?}").replace("\\u{3}", "\\u0003");
            write_all(stdout(), format!("{who} read {json}\r\n").as_bytes())?;
        }
        Ok(())
    }

    /// Descriptor 0 is a Unix socket to the parent.
    fn accept() -> io::Result<()> {
        let mut parent = UnixStream::from(stdin().try_clone_to_owned()?);
        let mut buffer = [0; 64];
        let (n, mut fds) = passing::receive(&parent, &mut buffer)?;
        let listener = TcpListener::from(fds.pop().ok_or(io::ErrorKind::InvalidData)?);
        let message = String::from_utf8_lossy(&buffer[..n]);
        writeln!(parent, "got '{message}' with a Server\naccepting")?;
        let (mut connection, _) = listener.accept()?;
        connection.write_all(b"hello from the child")
    }
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let role = args.first().map_or("", String::as_str);
    let argument = args.get(1).map_or("", String::as_str);
    match roles::run(role, argument) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{role}: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("actor needs Linux");
    std::process::exit(2);
}
