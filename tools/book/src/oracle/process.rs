//! One child process, from its clean environment to its end.
//!
//! What it prints goes to files, not to pipes: nothing has to be read while it runs,
//! no grandchild that keeps a pipe open can hold us up, and Node writes to files
//! synchronously on every system.

use anyhow::{Context, Result};
use std::fs::{self, File};
use std::io::{Read, Seek};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// More than this, in bytes, no program of the book has to say.
const MOST_OUTPUT: u64 = 16 << 20;

/// Where the two outputs of a process go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Streams {
    Apart,
    /// As `2>&1` has it: in the order written.
    Together,
}

/// How a process came to its end.
#[derive(Debug)]
pub(super) enum End {
    Exited(ExitStatus),
    Overran(Duration),
    WroteTooMuch,
}

/// What a process left behind.
#[derive(Debug)]
pub(super) struct Finished {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub end: End,
}

/// `program` with nothing from our environment but the variables in `keep`, and what
/// makes output the same everywhere: no colors, one language, one time zone.
pub(super) fn clean(program: &std::ffi::OsStr, keep: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    // Without SystemRoot nothing that opens a socket runs on Windows.
    for name in keep.iter().chain(&["PATH", "HOME", "SystemRoot"]) {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.envs([("LANG", "C"), ("NO_COLOR", "1"), ("TZ", "UTC")]);
    command
}

/// Runs `command` to its end, or kills it and its descendants at `deadline`.
pub(super) fn run(
    command: &mut Command,
    streams: Streams,
    deadline: Duration,
) -> Result<Finished> {
    let mut stdout = tempfile::tempfile().context("cannot make a temporary file")?;
    let mut stderr = match streams {
        Streams::Apart => tempfile::tempfile(),
        // The same open file, so both outputs write at one position.
        Streams::Together => stdout.try_clone(),
    }
    .context("cannot make a temporary file")?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(stdout.try_clone()?)
        .stderr(stderr.try_clone()?)
        .spawn()
        .with_context(|| format!("cannot run {}", command.get_program().display()))?;
    let end = wait(&mut child, deadline, || {
        Ok(stdout.metadata()?.len().max(stderr.metadata()?.len()))
    })?;
    Ok(Finished {
        stdout: contents(&mut stdout)?,
        stderr: match streams {
            Streams::Apart => contents(&mut stderr)?,
            Streams::Together => Vec::new(),
        },
        end,
    })
}

/// Waits for the child, looking more and more rarely, up to a hundred times a second.
fn wait(
    child: &mut Child,
    deadline: Duration,
    written: impl Fn() -> Result<u64>,
) -> Result<End> {
    let started = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(End::Exited(status));
        }
        let end = if started.elapsed() >= deadline {
            End::Overran(deadline)
        } else if written()? > MOST_OUTPUT {
            End::WroteTooMuch
        } else {
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
            continue;
        };
        kill(child);
        return Ok(end);
    }
}

/// Kills the child, then what it had started: a shell does not take its children along.
fn kill(child: &mut Child) {
    let descendants = descendants(child.id());
    // Fails only if the child has just ended by itself.
    let _ = child.kill();
    let _ = child.wait();
    if !descendants.is_empty() {
        let script = format!("kill -KILL {}", descendants.join(" "));
        // The same again: whoever is gone already needs no killing.
        let _ = Command::new("sh")
            .args(["-c", &script])
            .stderr(Stdio::null())
            .status();
    }
}

/// The processes below `root`, read from `/proc`; none on a system that has no such
/// folder.
fn descendants(root: u32) -> Vec<String> {
    let mut below = vec![root.to_string()];
    let family: Vec<(String, String)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let stat = fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
            // `PID (NAME) STATE PARENT …`, and a name may hold anything, `)` too.
            let (before, after) = stat.rsplit_once(')')?;
            let pid = before.split(' ').next()?;
            let parent = after.split_whitespace().nth(1)?;
            Some((pid.to_string(), parent.to_string()))
        })
        .collect();
    let mut next = 0;
    while let Some(parent) = below.get(next).cloned() {
        let children = family.iter().filter(|(_, of)| *of == parent);
        below.extend(children.map(|(pid, _)| pid.clone()));
        next += 1;
    }
    below.split_off(1)
}

fn contents(file: &mut File) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.take(MOST_OUTPUT).read_to_end(&mut bytes)?;
    Ok(bytes)
}
