//! Runs one command to its end, under a deadline, and says what it cost.

use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Output kept per stream: enough for a number or an error, whatever a command prints.
const KEPT: usize = 64 * 1024;
/// Looks at a running process are rare enough to take no CPU time from it.
const GLANCE: Duration = Duration::from_millis(20);

/// What a command printed and what it cost.
#[derive(Clone, Debug, Default)]
pub struct Finished {
    pub stdout: String,
    pub wall: Duration,
    pub cost: Cost,
}

/// What the kernel counted for a process; `None` where it does not tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    pub user_s: Option<f64>,
    pub system_s: Option<f64>,
    pub peak_rss_kib: Option<u64>,
}

/// Runs `command` with no input. An error if it cannot start, fails, or is not done
/// within `deadline`, with the end of what it wrote to stderr.
pub fn execute(command: &mut Command, deadline: Duration) -> Result<Finished> {
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = Instant::now();
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {:?}", command.get_program()))?;
    let (sender, chunks) = channel();
    forward(child.stdout.take(), Stream::Out, sender.clone());
    forward(child.stderr.take(), Stream::Err, sender);
    let mut watch = Watch::new(chunks);
    let status = loop {
        if let Some(status) = watch.step(&mut child)? {
            break status;
        }
        if started.elapsed() > deadline {
            stop(&mut child)?;
            bail!(
                "not done within the deadline of {} s{}",
                deadline.as_secs_f64(),
                said(&watch.stderr)
            );
        }
    };
    let wall = started.elapsed();
    ensure!(status.success(), "failed: {status}{}", said(&watch.stderr));
    Ok(Finished {
        stdout: String::from_utf8_lossy(&watch.stdout).into_owned(),
        wall,
        cost: watch.cost,
    })
}

#[derive(Clone, Copy)]
enum Stream {
    Out,
    Err,
}

type Chunk = (Stream, Vec<u8>);

/// Sends what arrives on `pipe` until its end.
fn forward(
    pipe: Option<impl Read + Send + 'static>,
    stream: Stream,
    sender: Sender<Chunk>,
) {
    thread::spawn(move || {
        let Some(mut pipe) = pipe else { return };
        let mut buffer = [0; 8192];
        while let Ok(length @ 1..) = pipe.read(&mut buffer) {
            if sender.send((stream, buffer[..length].to_vec())).is_err() {
                return;
            }
        }
    });
}

/// A running process: its output so far, and its cost when last looked at.
struct Watch {
    chunks: Receiver<Chunk>,
    open: bool,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    cost: Cost,
    status: Option<ExitStatus>,
}

impl Watch {
    fn new(chunks: Receiver<Chunk>) -> Watch {
        Watch {
            chunks,
            open: true,
            stdout: Vec::new(),
            stderr: Vec::new(),
            cost: Cost::default(),
            status: None,
        }
    }

    /// Waits a little; the status once the process ended and its output is closed.
    fn step(&mut self, child: &mut Child) -> Result<Option<ExitStatus>> {
        self.take_output();
        if self.status.is_none() {
            // A process that ended keeps its counters until it is waited for.
            let may_have_ended = self.cost.update(child.id());
            if may_have_ended {
                self.status = child.try_wait()?;
            }
        }
        Ok(self.status.filter(|_| !self.open))
    }

    fn take_output(&mut self) {
        if !self.open {
            return thread::sleep(Duration::from_millis(1));
        }
        match self.chunks.recv_timeout(GLANCE) {
            Ok((Stream::Out, bytes)) => keep(&mut self.stdout, &bytes),
            Ok((Stream::Err, bytes)) => keep(&mut self.stderr, &bytes),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.open = false,
        }
    }
}

fn keep(kept: &mut Vec<u8>, bytes: &[u8]) {
    kept.extend_from_slice(bytes);
    if kept.len() > KEPT {
        kept.drain(..kept.len() - KEPT);
    }
}

impl Cost {
    /// Reads the counters of process `id` from `/proc`. Whether the process may have
    /// ended: false only if it is seen to run.
    ///
    /// `getrusage` and `wait4` would be simpler, but their `ru_maxrss` starts from the
    /// memory of the process that called `execve`: a small program would appear as
    /// large as this one.
    fn update(&mut self, id: u32) -> bool {
        let file = |name: &str| fs::read_to_string(format!("/proc/{id}/{name}"));
        let Ok(stat) = file("stat") else { return true };
        // The command's name, in parentheses, may contain anything.
        let fields: Vec<&str> = stat
            .rsplit_once(')')
            .map(|(_, rest)| rest.split_whitespace().collect())
            .unwrap_or_default();
        // proc_pid_stat(5): utime, stime, cutime and cstime are fields 14 to 17, in
        // ticks of 10 ms; field 3, the state, is the first after the name.
        let ticks = |n: usize| fields.get(n - 3)?.parse::<u64>().ok();
        let seconds =
            |own, children| Some((ticks(own)? + ticks(children)?) as f64 / 100.0);
        self.user_s = seconds(14, 16).or(self.user_s);
        self.system_s = seconds(15, 17).or(self.system_s);
        let status = file("status").unwrap_or_default();
        let peak = status.lines().find_map(|line| {
            let value = line.strip_prefix("VmHWM:")?;
            value.trim().strip_suffix("kB")?.trim().parse().ok()
        });
        self.peak_rss_kib = peak.or(self.peak_rss_kib);
        matches!(fields.first().copied(), None | Some("Z" | "X"))
    }
}

/// Ends `child` and everything it started, so that nothing disturbs what runs next.
fn stop(child: &mut Child) -> Result<()> {
    let orphans = descendants(child.id());
    child.kill()?;
    child.wait()?;
    if !orphans.is_empty() {
        // std can only kill direct children.
        let ids = orphans.iter().map(u32::to_string);
        let _ = Command::new("kill")
            .arg("-KILL")
            .args(ids)
            .stderr(Stdio::null())
            .status();
    }
    Ok(())
}

/// The processes below `id`, where the kernel lists them.
fn descendants(id: u32) -> Vec<u32> {
    let mut found = Vec::new();
    let mut queue = vec![id];
    while let Some(id) = queue.pop() {
        let Ok(threads) = fs::read_dir(format!("/proc/{id}/task")) else {
            continue;
        };
        for thread in threads.flatten() {
            let children = fs::read_to_string(thread.path().join("children"));
            let children = children.unwrap_or_default();
            let ids = children
                .split_whitespace()
                .filter_map(|id| id.parse::<u32>().ok());
            queue.extend(ids);
        }
        found.push(id);
    }
    found.retain(|found| *found != id);
    found
}

/// The last lines a command wrote to stderr, ready to follow a message.
fn said(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    match lines.as_slice() {
        [] => String::from("; it wrote nothing to stderr"),
        lines => {
            let from = lines.len().saturating_sub(10);
            format!("; it wrote to stderr:\n{}", lines[from..].join("\n"))
        }
    }
}
