//! Starting the processes of a pipeline.

use super::parse::{Command, Redirect};
use crate::sys;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Pid;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process;

/// The descriptors 0, 1, 2 that a command shall have; none: those of the shell.
#[derive(Debug, Default)]
pub(super) struct Streams {
    fds: [Option<OwnedFd>; 3],
}

// ANCHOR: redirect
impl Streams {
    /// Carries out redirections, from left to right: `2>&1` copies what 1 is *now*.
    ///
    /// # Errors
    /// What open(2) says, with the path.
    pub fn redirect(&mut self, redirects: &[Redirect]) -> io::Result<()> {
        for redirect in redirects {
            let (number, fd) = match redirect {
                Redirect::Read(path) => (0, open(path, OpenOptions::new().read(true))?),
                Redirect::Write { fd, path, append } => {
                    let mut how = OpenOptions::new();
                    how.create(true)
                        .write(true)
                        .append(*append)
                        .truncate(!append);
                    (*fd, open(path, &how)?)
                }
                Redirect::Copy { fd, of } => (*fd, self.get(*of).try_clone_to_owned()?),
            };
            self.fds[number as usize] = Some(fd);
        }
        Ok(())
    }

    /// The descriptor that the command will have under this number.
    pub fn get(&self, number: i32) -> BorrowedFd<'_> {
        match (&self.fds[number as usize], number) {
            (Some(fd), _) => fd.as_fd(),
            (None, 0) => rustix::stdio::stdin(),
            (None, 1) => rustix::stdio::stdout(),
            (None, _) => rustix::stdio::stderr(),
        }
    }
}
// ANCHOR_END: redirect

fn open(path: &str, how: &OpenOptions) -> io::Result<OwnedFd> {
    let file = how.open(path);
    let with_path = |error| io::Error::other(format!("{path}: {}", in_words(&error)));
    file.map(OwnedFd::from).map_err(with_path)
}

/// What the kernel said, without `(os error 2)`.
pub(super) fn in_words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_string()
}

/// How a pipeline is started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Launch<'a> {
    /// Do the processes get a group of their own?
    pub own_group: bool,
    /// The terminal that this group shall have.
    pub terminal: Option<BorrowedFd<'a>>,
    /// Descriptor 0 is `/dev/null` unless it is redirected.
    pub no_input: bool,
}

/// The processes of a pipeline that could be started.
#[derive(Debug, Default)]
pub(super) struct Started {
    pub pids: Vec<Pid>,
    pub group: Option<Pid>,
    /// Exit status of the last command if it could not be started.
    pub failed: Option<i32>,
}

// ANCHOR: start
/// Starts all commands, each reading from the one before. One that cannot be started is
/// reported to `report`; the others see its end of the pipe closed.
///
/// # Errors
/// If the kernel has no more descriptors.
pub(super) fn start(
    commands: &[Command],
    launch: Launch<'_>,
    mut report: impl FnMut(String),
) -> io::Result<Started> {
    let mut started = Started::default();
    let mut input = match launch.no_input {
        true => Some(OwnedFd::from(File::open("/dev/null")?)),
        false => None,
    };
    for (i, command) in commands.iter().enumerate() {
        let mut streams = Streams::default();
        streams.fds[0] = input.take();
        if i + 1 < commands.len() {
            let (read, write) = pipe_with(PipeFlags::CLOEXEC)?;
            streams.fds[1] = Some(write);
            input = Some(read);
        }
        started.failed = None;
        match spawn(command, streams, launch, started.group) {
            Ok(pid) => {
                started.pids.push(pid);
                if launch.own_group {
                    started.group.get_or_insert(pid);
                }
            }
            Err((status, what)) => {
                report(what);
                started.failed = Some(status);
            }
        }
        // Here our copies of this command's ends are closed. If they were not, the
        // reader would wait for ever: a pipe ends when its *last* writer is gone.
    }
    Ok(started)
}
// ANCHOR_END: start

/// Starts one process, or says what went wrong and with what status sh would answer.
fn spawn(
    command: &Command,
    mut streams: Streams,
    launch: Launch<'_>,
    group: Option<Pid>,
) -> Result<Pid, (i32, String)> {
    streams
        .redirect(&command.redirects)
        .map_err(|e| (1, e.to_string()))?;
    let name = &command.words[0];
    let mut process = process::Command::new(name);
    process.args(&command.words[1..]);
    let [stdin, stdout, stderr] = streams.fds;
    if let Some(fd) = stdin {
        process.stdin(fd);
    }
    if let Some(fd) = stdout {
        process.stdout(fd);
    }
    if let Some(fd) = stderr {
        process.stderr(fd);
    }
    // ANCHOR: group
    if launch.own_group {
        let group = group.map_or(0, |group| group.as_raw_nonzero().get());
        process.process_group(group); // 0: a new one, named for its first process
    }
    if let Some(terminal) = launch.terminal {
        let terminal = terminal
            .try_clone_to_owned()
            .map_err(|e| (1, e.to_string()))?;
        sys::take_terminal(&mut process, terminal, group);
    }
    // ANCHOR_END: group
    let child = process.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound if name.contains('/') => {
            (127, format!("{name}: {}", in_words(&error)))
        }
        io::ErrorKind::NotFound => (127, format!("{name}: command not found")),
        _ => (126, format!("{name}: {}", in_words(&error))),
    })?;
    // `child` is dropped and not waited for: the jobs wait for their processes by pid.
    Ok(Pid::from_child(&child))
}
