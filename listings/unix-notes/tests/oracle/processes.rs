//! Parents, groups, sessions, zombies.

use crate::Said;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};
use unix_notes::procfs::stat;
use unix_notes::terminal::Pty;

pub fn process_groups(said: &mut Said) -> io::Result<()> {
    let me = std::process::id() as i32;
    let mut look = |what: &str, command: &mut Command, pty: Option<&Pty>| {
        command.stdin(Stdio::piped());
        let mut child = match pty {
            Some(pty) => pty.spawn(command)?,
            None => command.spawn()?,
        };
        let (its, mine) = (stat(child.id() as i32)?, stat(me)?);
        said.push(what.to_string());
        said.push(format!("  parent is node: {}", its.parent == me));
        said.push(format!("  group is node's: {}", its.group == mine.group));
        said.push(format!(
            "  session is node's: {}",
            its.session == mine.session
        ));
        said.push(format!(
            "  leads a session of its own: {}",
            its.session == its.pid
        ));
        child.kill()?;
        child.wait().map(drop)
    };
    look("spawn", &mut Command::new("cat"), None)?;
    // setsid, and a terminal besides, which makes no difference here.
    look(
        "spawn, detached",
        &mut Command::new("cat"),
        Some(&Pty::open()?),
    )
}

// ANCHOR: zombie
pub fn zombie(said: &mut Said) -> io::Result<()> {
    let mut child = Command::new("true").process_group(0).spawn()?;
    let pid = child.id() as i32;
    while stat(pid)?.state != 'Z' {
        std::thread::yield_now();
    }
    let name = stat(pid)?.name;
    said.push(format!("name: {}", String::from_utf8_lossy(&name)));
    let cmdline = std::fs::read(format!("/proc/{pid}/cmdline"))?;
    said.push(format!("command line: {} bytes", cmdline.len()));
    said.push(format!("kill: {}", child.kill().is_ok()));
    said.push(format!("state: {}", stat(pid)?.state));
    let status = child.wait()?;
    let or_null = |n: Option<i32>| n.map_or("null".to_string(), |n| n.to_string());
    let (code, signal) = (or_null(status.code()), or_null(status.signal()));
    said.push(format!("exit: code {code}, signal {signal}"));
    said.push(format!(
        "still in /proc: {}",
        Path::new(&format!("/proc/{pid}")).exists()
    ));
    Ok(())
}
// ANCHOR_END: zombie
