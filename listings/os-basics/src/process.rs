//! fork, exec and wait, and the spawn that libuv builds from them.

#![allow(unsafe_code)]

use crate::limits::{self, Resource};
use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::libc::{self, c_char};
use nix::sys::ptrace;
use nix::sys::signal::{SigHandler, raise, signal};
use nix::unistd::{self, ForkResult, Pid, chdir, dup2_stdout, pipe2};
use std::ffi::{CStr, CString, OsStr, OsString};
use std::fmt;
use std::io::{Write, stdout};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

pub use nix::sys::signal::Signal;

/// A process that was started and not waited for yet. Until somebody waits, the kernel
/// keeps its number and its ending.
#[must_use = "a process that nobody waits for stays a zombie"]
#[derive(Debug)]
pub struct Child {
    pid: Pid,
}

/// How a process ended. It is displayed as Node's `'exit'` event tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With this exit code, 0 to 255.
    Exited(i32),
    /// By the signal with this number.
    Killed(i32),
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Exited(code) => write!(f, "code {code} signal null"),
            Ending::Killed(signal) => {
                write!(f, "code null signal {}", signal_name(*signal))
            }
        }
    }
}

/// Such as `SIGTERM`. From 32 on signals have numbers only.
pub fn signal_name(number: i32) -> String {
    let known = Signal::try_from(number);
    known.map_or_else(|_| format!("signal {number}"), |signal| signal.to_string())
}

impl Child {
    /// Its number.
    pub fn id(&self) -> i32 {
        self.pid.as_raw()
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// Those of `kill`.
    pub fn kill(&self, signal: Signal) -> Result<(), Errno> {
        nix::sys::signal::kill(self.pid, signal)
    }

    // ANCHOR: wait
    /// Waits for its end.
    ///
    /// # Errors
    /// Those of `waitpid`.
    pub fn wait(self) -> Result<Ending, Errno> {
        loop {
            match wait_for(self.pid.as_raw(), 0).map(|(_, status)| Ending::of(status)) {
                Ok(Some(ending)) => return Ok(ending),
                Ok(None) | Err(Errno::EINTR) => {} // it did not end; ask again
                Err(errno) => return Err(errno),
            }
        }
    }
}

impl Ending {
    /// What the kernel's number says of an end; nothing if it tells of a stop.
    pub(crate) fn of(status: i32) -> Option<Ending> {
        if libc::WIFEXITED(status) {
            Some(Ending::Exited(libc::WEXITSTATUS(status)))
        } else if libc::WIFSIGNALED(status) {
            Some(Ending::Killed(libc::WTERMSIG(status)))
        } else {
            None
        }
    }
}
// ANCHOR_END: wait

/// `waitpid`: who, and a number that tells what happened. (That of nix refuses signals
/// without a name, after the kernel has forgotten the number.)
pub(crate) fn wait_for(pid: i32, flags: i32) -> Result<(i32, i32), Errno> {
    let mut status = 0;
    // SAFETY: the kernel writes one number, and there is room for it.
    let pid = unsafe { libc::waitpid(pid, &mut status, flags) };
    Errno::result(pid).map(|pid| (pid, status))
}

// ANCHOR: fork
/// Makes a second process that runs `child` and exits with what it returns, 101 if it
/// panics. Both have the same memory at first, each its own copy.
///
/// # Errors
/// `EBUSY` if this process has a second thread: the copy would have the locks that it
/// holds, and not the thread. `EAGAIN` at the limit of processes.
pub fn fork(child: impl FnOnce() -> i32) -> Result<Child, Errno> {
    if limits::threads().map_err(|_| Errno::ENOSYS)? != 1 {
        return Err(Errno::EBUSY);
    }
    let _ = stdout().flush(); // or what waits there is written by both
    // SAFETY: no other thread exists, and only we could start one, so nobody holds a
    // lock that the child would wait for in vain.
    match unsafe { unistd::fork() }? {
        ForkResult::Parent { child } => Ok(Child { pid: child }),
        ForkResult::Child => {
            let code = catch_unwind(AssertUnwindSafe(child)).unwrap_or(101);
            let _ = stdout().flush();
            exit_now(code)
        }
    }
}
// ANCHOR_END: fork

/// Ends this process without the clean-up that belongs to the parent.
fn exit_now(code: i32) -> ! {
    // SAFETY: `_exit` runs no handler and frees nothing; it only ends the process.
    unsafe { libc::_exit(code) }
}

/// A program to be run: its file, its arguments, and what is different in the child.
#[derive(Debug)]
pub struct Program {
    file: OsString,
    args: Vec<OsString>,
    cwd: Option<OsString>,
    stdout: Option<OwnedFd>,
    limits: Vec<(Resource, u64)>,
    without: Vec<OsString>,
    traced: bool,
}

impl Program {
    /// The program `file`, looked for along PATH unless there is a `/` in its name.
    pub fn new(file: impl Into<OsString>) -> Program {
        Program {
            file: file.into(),
            args: Vec::new(),
            cwd: None,
            stdout: None,
            limits: Vec::new(),
            without: Vec::new(),
            traced: false,
        }
    }

    /// With these arguments. The name of the program comes before them by itself.
    pub fn args<A: Into<OsString>>(
        mut self,
        args: impl IntoIterator<Item = A>,
    ) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// In this folder.
    pub fn cwd(mut self, folder: impl Into<OsString>) -> Program {
        self.cwd = Some(folder.into());
        self
    }

    /// With its standard output there.
    pub fn stdout(mut self, to: impl Into<OwnedFd>) -> Program {
        self.stdout = Some(to.into());
        self
    }

    /// With no more than this.
    pub fn limit(mut self, resource: Resource, to: u64) -> Program {
        self.limits.push((resource, to));
        self
    }

    /// With our environment, but without this variable.
    pub fn without(mut self, variable: impl Into<OsString>) -> Program {
        self.without.push(variable.into());
        self
    }

    /// Stopped before it is executed, and traced by the calling thread.
    pub(crate) fn traced(mut self) -> Program {
        self.traced = true;
        self
    }

    // ANCHOR: spawn
    /// Starts it. When this returns, the program runs, or it never will.
    ///
    /// # Errors
    /// Those of `fork`, and whatever the child could not do: `ENOENT` without such a
    /// file or folder, `EACCES` without the right, `E2BIG` with too much to say.
    pub fn spawn(&self) -> Result<Child, Errno> {
        let prepared = Prepared::new(self)?;
        let (answer, report) = pipe2(OFlag::O_CLOEXEC)?;
        // SAFETY: other threads may hold any lock; the child makes system calls on what
        // is prepared, takes no lock, and never returns.
        let pid = match unsafe { unistd::fork() }? {
            ForkResult::Child => prepared.run(report),
            ForkResult::Parent { child } => child,
        };
        drop(report); // the child has the other one: the last to close it is the end
        let mut errno = [0; 4];
        let read = loop {
            match unistd::read(&answer, &mut errno) {
                Err(Errno::EINTR) => {}
                other => break other?,
            }
        };
        let child = Child { pid };
        if read == 0 {
            return Ok(child); // closed by exec
        }
        child.wait()?;
        Err(Errno::from_raw(i32::from_ne_bytes(errno)))
    }
    // ANCHOR_END: spawn
}

/// All that a child needs, made before the fork: after it, nothing may be allocated.
struct Prepared<'a> {
    program: &'a Program,
    /// Where the file may be.
    candidates: Vec<CString>,
    cwd: Option<CString>,
    args: Words,
    /// `sh FILE ARGUMENT…`, for each candidate.
    scripts: Vec<Words>,
    env: Words,
}

/// Strings as exec wants them: pointers, and a null behind the last.
struct Words {
    pointers: Vec<*const c_char>,
    _words: Vec<CString>, // what they point to
}

impl Words {
    fn new(words: impl Iterator<Item = OsString>) -> Result<Words, Errno> {
        let words = words.map(c_string).collect::<Result<Vec<_>, _>>()?;
        let pointers = words.iter().map(|word| word.as_ptr());
        Ok(Words {
            pointers: pointers.chain([ptr::null()]).collect(),
            _words: words,
        })
    }
}

fn c_string(text: OsString) -> Result<CString, Errno> {
    CString::new(text.into_vec()).map_err(|_| Errno::EINVAL)
}

impl Prepared<'_> {
    fn new(program: &Program) -> Result<Prepared<'_>, Errno> {
        let args = [&program.file].into_iter().chain(&program.args).cloned();
        let env =
            std::env::vars_os().filter(|(name, _)| !program.without.contains(name));
        let env = env.map(|(name, value)| {
            let mut text = name;
            text.push("=");
            text.push(value);
            text
        });
        let candidates = candidates(&program.file)?;
        let script = |file: &CString| {
            let words = [OsStr::new("sh"), OsStr::from_bytes(file.to_bytes())];
            let words = words.into_iter().map(OsString::from);
            Words::new(words.chain(program.args.iter().cloned()))
        };
        Ok(Prepared {
            program,
            scripts: candidates.iter().map(script).collect::<Result<_, _>>()?,
            candidates,
            cwd: program.cwd.clone().map(c_string).transpose()?,
            args: Words::new(args)?,
            env: Words::new(env)?,
        })
    }

    // ANCHOR: child
    /// The life of the child before it is another program.
    fn run(&self, report: OwnedFd) -> ! {
        let ready = self.get_ready();
        if self.program.traced && ready.is_ok() {
            drop(report); // from here on the tracer sees what fails
            let _ = raise(Signal::SIGSTOP); // and lets us go on
            let _ = self.exec();
            exit_now(127)
        }
        if let Err(errno) = ready.and_then(|()| self.exec()) {
            let _ = unistd::write(&report, &(errno as i32).to_ne_bytes());
        }
        exit_now(127)
    }

    fn get_ready(&self) -> Result<(), Errno> {
        for number in (1..32).filter(|n| ![libc::SIGKILL, libc::SIGSTOP].contains(n)) {
            // SAFETY: the default is no handler of ours. Exec keeps what is ignored.
            unsafe { signal(Signal::try_from(number)?, SigHandler::SigDfl)? };
        }
        if let Some(descriptor) = &self.program.stdout {
            dup2_stdout(descriptor)?;
        }
        if let Some(folder) = &self.cwd {
            chdir(folder.as_c_str())?;
        }
        for (resource, to) in &self.program.limits {
            limits::lower(*resource, *to)?;
        }
        if self.program.traced {
            ptrace::traceme()?;
        }
        Ok(())
    }

    /// As execvp: the first file that can be executed; one that is no program is given
    /// to the shell. Returns only if there is none.
    fn exec(&self) -> Result<(), Errno> {
        let (mut answer, mut forbidden) = (Errno::ENOENT, false);
        for (file, script) in self.candidates.iter().zip(&self.scripts) {
            answer = execute(file, &self.args, &self.env);
            match answer {
                Errno::ENOENT | Errno::ENOTDIR => {}
                Errno::EACCES => forbidden = true, // another may do
                Errno::ENOEXEC => return Err(execute(c"/bin/sh", script, &self.env)),
                errno => return Err(errno),
            }
        }
        Err(if forbidden { Errno::EACCES } else { answer })
    }
    // ANCHOR_END: child
}

/// Becomes this program, or tells why not.
fn execute(file: &CStr, args: &Words, env: &Words) -> Errno {
    // SAFETY: all pointers are to strings that live, and the last of each list is null.
    unsafe {
        libc::execve(file.as_ptr(), args.pointers.as_ptr(), env.pointers.as_ptr())
    };
    Errno::last()
}

/// The file itself, or one in each folder of PATH.
fn candidates(file: &OsStr) -> Result<Vec<CString>, Errno> {
    if file.is_empty() {
        return Err(Errno::ENOENT);
    }
    if file.as_bytes().contains(&b'/') {
        return Ok(vec![c_string(file.into())?]);
    }
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/bin:/usr/bin".into());
    std::env::split_paths(&path)
        .map(|folder| c_string(folder.join(file).into()))
        .collect()
}
