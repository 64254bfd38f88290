//! The poll phase behind a trait, and a simulated implementation of it.
//!
//! Everything that makes a loop hard to test lives here: the clock, and the answers
//! that arrive from outside. [`Simulated`] replaces both. Its clock moves only when
//! the loop sleeps in [`Poll::poll`] or when a callback is busy ([`Poll::busy`]).

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Names one request from its submission to its completion. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub(crate) u64);

impl RequestId {
    /// The id as a number: requests are numbered from 1 in order of submission.
    pub fn get(self) -> u64 {
        self.0
    }
}

/// Work for somebody else than the loop's thread (libuv: a `uv_req_t` and its
/// `uv__work`).
pub enum Request {
    /// Read a whole file. Answered with [`Reply::Bytes`].
    ReadFile(PathBuf),
    /// Ask for a file's size. Answered with [`Reply::Size`].
    Stat(PathBuf),
    /// Run a function on the pool. Answered with [`Reply::Bytes`].
    Work(Box<dyn FnOnce() -> io::Result<Vec<u8>> + Send>),
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Request::ReadFile(path) => f.debug_tuple("ReadFile").field(path).finish(),
            Request::Stat(path) => f.debug_tuple("Stat").field(path).finish(),
            Request::Work(_) => f.write_str("Work(..)"),
        }
    }
}

/// What a request that succeeded brings back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The content of a file, or what a [`Request::Work`] returned.
    Bytes(Vec<u8>),
    /// The size of a file, in bytes.
    Size(u64),
}

/// A finished request, as the poll phase hands it to the loop.
#[derive(Debug)]
pub struct Completion {
    /// The request that this is the answer to.
    pub id: RequestId,
    /// The answer.
    pub result: io::Result<Reply>,
}

// ANCHOR: poll-trait
/// A clock, and a place to wait for completions (libuv: `uv__hrtime`, `uv__io_poll`).
pub trait Poll {
    /// Time since this poll phase was created. Never goes back.
    fn now(&self) -> Duration;

    /// Starts a request.
    ///
    /// # Errors
    /// Fails when the request cannot be taken: no thread for it, too many waiting.
    fn submit(&mut self, id: RequestId, request: Request) -> io::Result<()>;

    /// Waits for at least one completion, at most for `timeout` (`None`: for ever),
    /// and appends every completion that is there to `ready`, oldest first.
    ///
    /// # Errors
    /// Fails when waiting is impossible, or would never end.
    fn poll(
        &mut self,
        timeout: Option<Duration>,
        ready: &mut Vec<Completion>,
    ) -> io::Result<()>;

    /// Burns time on the loop's own thread: what a busy callback does.
    fn busy(&mut self, time: Duration) {
        let end = self.now().saturating_add(time);
        while self.now() < end {
            std::hint::spin_loop();
        }
    }
}
// ANCHOR_END: poll-trait

/// How many requests may wait for their answer at once, in [`Simulated`] and in the
/// real pool alike. Node has no such limit; its queue grows until memory ends.
pub const MAX_WAITING: usize = 65_536;

/// A poll phase with a virtual clock and files made up by the test.
///
/// A request is answered `latency` after its submission (1 ms unless
/// [`Simulated::latency`] says otherwise). Two runs of a program are equal.
pub struct Simulated {
    clock: Duration,
    latency: Duration,
    files: HashMap<PathBuf, Vec<u8>>,
    waiting: Vec<(Duration, Completion)>,
}

impl Default for Simulated {
    fn default() -> Self {
        Self::new()
    }
}

impl Simulated {
    /// A clock at 0, no files, answers after 1 ms.
    pub fn new() -> Self {
        Simulated {
            clock: Duration::ZERO,
            latency: Duration::from_millis(1),
            files: HashMap::new(),
            waiting: Vec::new(),
        }
    }

    /// Adds a file.
    pub fn file(mut self, path: impl Into<PathBuf>, content: &[u8]) -> Self {
        self.files.insert(path.into(), content.to_vec());
        self
    }

    /// Sets the time from a request to its answer.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    fn answer(&self, request: Request) -> io::Result<Reply> {
        match request {
            Request::ReadFile(path) => {
                self.content(&path).map(|c| Reply::Bytes(c.clone()))
            }
            Request::Stat(path) => {
                self.content(&path).map(|c| Reply::Size(c.len() as u64))
            }
            Request::Work(job) => job().map(Reply::Bytes),
        }
    }

    fn content(&self, path: &Path) -> io::Result<&Vec<u8>> {
        self.files
            .get(path)
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn take_due(&mut self, ready: &mut Vec<Completion>) {
        // A stable sort: equal due times keep the order of submission.
        self.waiting.sort_by_key(|(due, _)| *due);
        let due = self.waiting.partition_point(|(due, _)| *due <= self.clock);
        ready.extend(self.waiting.drain(..due).map(|(_, completion)| completion));
    }
}

impl Poll for Simulated {
    fn now(&self) -> Duration {
        self.clock
    }

    fn submit(&mut self, id: RequestId, request: Request) -> io::Result<()> {
        if self.waiting.len() >= MAX_WAITING {
            return Err(io::Error::other("too many requests are waiting"));
        }
        let result = self.answer(request);
        let due = self.clock.saturating_add(self.latency);
        self.waiting.push((due, Completion { id, result }));
        Ok(())
    }

    fn poll(
        &mut self,
        timeout: Option<Duration>,
        ready: &mut Vec<Completion>,
    ) -> io::Result<()> {
        let next = self.waiting.iter().map(|(due, _)| *due).min();
        let wake = match (timeout.map(|t| self.clock.saturating_add(t)), next) {
            (Some(end), Some(due)) => end.min(due),
            (Some(end), None) => end,
            (None, Some(due)) => due,
            (None, None) => {
                let why = "the loop would sleep for ever: nothing can wake it";
                return Err(io::Error::other(why));
            }
        };
        self.clock = self.clock.max(wake);
        self.take_due(ready);
        Ok(())
    }

    fn busy(&mut self, time: Duration) {
        self.clock = self.clock.saturating_add(time);
    }
}
