//! What stdout is, and what becomes of what is written to it.

use crate::{GUARD, Said, actor};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use unix_notes::fds::is_nonblocking;
use unix_notes::procfs;
use unix_notes::terminal::Pty;

pub fn stdout_kinds(said: &mut Said) -> io::Result<()> {
    let (_reader, pipe) = io::pipe()?;
    let (_peer, socket) = std::os::unix::net::UnixStream::pair()?;
    let null = File::options().write(true).open("/dev/null")?;
    let stdouts: [(&str, OwnedFd); 3] = [
        ("file", null.into()),
        ("pipe", pipe.into()),
        ("socket", socket.into()),
    ];
    for (what, stdout) in stdouts {
        let output = actor("stdout-kind", what).stdout(stdout).output()?;
        said.push(
            String::from_utf8_lossy(&output.stderr)
                .trim_end()
                .to_string(),
        );
    }
    let mut pty = Pty::open()?;
    let mut child = pty.spawn(&mut actor("stdout-kind", "terminal"))?;
    said.push(pty.expect("\r\n", GUARD)?);
    child.wait().map(drop)
}

pub fn stdout_truncated(said: &mut Said) -> io::Result<()> {
    let file = tempfile::tempfile()?;
    let mut command = actor("write", "exit");
    command.stdout(file.try_clone()?).status()?;
    said.push(format!(
        "file, process.exit(): {} bytes",
        file.metadata()?.len()
    ));

    let (mut reader, writer) = io::pipe()?;
    let mut command = actor("write", "exit");
    command.stdout(writer).status()?; // nobody reads before the exit
    drop(command); // and the writer in it
    let arrived = reader.read_to_end(&mut Vec::new())?;
    said.push(format!("pipe, process.exit(): {arrived} bytes"));

    for (what, end) in [
        ("process.exitCode", "exit code"),
        ("exit when written", "exit when written"),
    ] {
        let output = actor("write", end).stdout(Stdio::piped()).output()?;
        said.push(format!("pipe, {what}: {} bytes", output.stdout.len()));
    }
    Ok(())
}

// ANCHOR: nonblocking-leak
pub fn nonblocking_leak(said: &mut Said) -> io::Result<()> {
    let file = tempfile::tempfile()?;
    let (_reader, pipe) = io::pipe()?;
    let plans: [(_, OwnedFd, _); 4] = [
        ("file", file.into(), None),
        ("pipe", pipe.try_clone()?.into(), None),
        (
            "pipe, SIGTERM",
            pipe.try_clone()?.into(),
            Some(Signal::TERM),
        ),
        ("pipe, SIGHUP", pipe.into(), Some(Signal::HUP)), // last: the flag stays
    ];
    for (what, stdout, signal) in plans {
        let before = is_nonblocking(&stdout)?;
        let mut command = actor("hold-stdout", "");
        command.stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.stdout(stdout.try_clone()?).spawn()?;
        let mut opened = [0; "opened".len()];
        child
            .stderr
            .take()
            .expect("it is piped")
            .read_exact(&mut opened)?;
        let during = is_nonblocking(&stdout)?;
        match signal {
            Some(signal) => kill_process(Pid::from_child(&child), signal)?,
            None => drop(child.stdin.take()), // the end of its input
        }
        child.wait()?;
        let after = is_nonblocking(&stdout)?;
        said.push(format!(
            "{what}: before {before}, during {during}, after {after}"
        ));
    }
    Ok(())
}
// ANCHOR_END: nonblocking-leak

pub fn sigpipe(said: &mut Said) -> io::Result<()> {
    const SIGPIPE: i32 = 13;
    let me = rustix::process::getpid().as_raw_nonzero().get();
    said.push(format!(
        "node ignores SIGPIPE: {}",
        procfs::ignores(me, SIGPIPE)?
    ));
    let mut child = Command::new("cat").stdin(Stdio::piped()).spawn()?;
    let ignores = procfs::ignores(child.id() as i32, SIGPIPE)?;
    drop(child.stdin.take());
    child.wait()?;
    said.push(format!("its child ignores SIGPIPE: {ignores}"));

    let end = |status: ExitStatus| match (status.code(), status.signal()) {
        (_, Some(signal)) => format!("killed by {}", unix_notes::signals::name(signal)),
        (code, None) => format!("exit code {}", code.unwrap_or(-1)),
    };
    let plans = [
        ("node, no listener", actor("sigpipe", ""), ""),
        ("node, a listener", actor("sigpipe", "listener"), ""),
        ("cat", Command::new("cat"), "into the void"),
    ];
    for (what, mut command, input) in plans {
        let (reader, writer) = io::pipe()?;
        command
            .stdin(Stdio::piped())
            .stdout(writer)
            .stderr(Stdio::piped());
        let mut child = command.spawn()?;
        drop(command);
        drop(reader); // before the child has anything to write
        let mut stdin = child.stdin.take().expect("it is piped");
        io::Write::write_all(&mut stdin, input.as_bytes())?;
        drop(stdin);
        let output = child.wait_with_output()?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        let error = stderr.lines().find(|line| line.starts_with("EPIPE "));
        let error = error.map_or(String::new(), |line| format!("{line}, "));
        said.push(format!("{what}: {error}{}", end(output.status)));
    }
    Ok(())
}
