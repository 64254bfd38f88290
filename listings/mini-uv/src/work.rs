//! Requests that the pool does: functions, files, lookups (libuv: `uv_queue_work`,
//! src/unix/fs.c, src/unix/getaddrinfo.c).

use crate::pool::{Ticket, WorkKind, guarded};
use crate::run::Loop;
use crate::slots::Id;
use crate::{Error, Result};
use std::any::Any;
use std::fs::File;
use std::io::{self, Read};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;

/// What a job brings back, before anybody knows its type again.
pub(crate) type Outcome = Result<Box<dyn Any + Send>>;

/// Names a request that the pool does, to cancel it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Request(Id);

type WorkDone = Box<dyn FnOnce(&mut Loop, Outcome)>;

/// A request on its way.
pub(crate) struct Waiting {
    ticket: Option<Ticket>,
    done: WorkDone,
}

/// What the compiler refuses. A function for the pool must be `Send`:
///
/// ```compile_fail,E0277
/// let (mut uv, count) = (mini_uv::Loop::new().unwrap(), std::rc::Rc::new(1));
/// uv.queue_work(mini_uv::WorkKind::Cpu, move || *count, |_, _| ()).unwrap();
/// ```
///
/// A file that is being read is not here:
///
/// ```compile_fail,E0382
/// let mut uv = mini_uv::Loop::new().unwrap();
/// let file = std::fs::File::open("Cargo.toml").unwrap();
/// uv.fs_read(file, 10, |_, _| ()).unwrap();
/// drop(file);
/// ```
///
/// It is these lines that it refuses, and not those around them:
///
/// ```
/// let (mut uv, count) = (mini_uv::Loop::new().unwrap(), std::sync::Arc::new(1));
/// uv.queue_work(mini_uv::WorkKind::Cpu, move || *count, |_, _| ()).unwrap();
/// let file = std::fs::File::open("Cargo.toml").unwrap();
/// uv.fs_read(file, 10, |_, _| ()).unwrap();
/// ```
#[cfg(doctest)]
pub struct Refused;

impl Loop {
    // ANCHOR: queue-work
    /// Runs `work` on the pool, then `done` on the loop (`uv_queue_work`). What crosses
    /// to the other thread must be `Send`; `done` stays here and need not.
    ///
    /// # Errors
    /// [`Error::Full`] when too many wait; when no thread can be started. `done` hears
    /// of [`Error::Canceled`] and [`Error::Panicked`].
    pub fn queue_work<T: Send + 'static>(
        &mut self,
        kind: WorkKind,
        work: impl FnOnce() -> T + Send + 'static,
        done: impl FnOnce(&mut Loop, Result<T>) + 'static,
    ) -> Result<Request> {
        let done = Box::new(move |uv: &mut Loop, outcome: Outcome| {
            done(
                uv,
                outcome.map(|value| *value.downcast().expect("work's value")),
            );
        });
        let id = self.requests.insert(Waiting { ticket: None, done });
        let inbox = Arc::clone(&self.inbox);
        let job = Box::new(move || {
            let outcome: Outcome = match guarded(work) {
                Some(value) => Ok(Box::new(value)),
                None => Err(Error::Panicked),
            };
            inbox.deliver(id, outcome);
        });
        match self.pool.submit(kind, job) {
            Ok(ticket) => {
                if let Some(waiting) = self.requests.get_mut(id) {
                    waiting.ticket = Some(ticket);
                }
                self.active_requests += 1;
                Ok(Request(id))
            }
            Err(error) => {
                self.requests.remove(id);
                Err(error)
            }
        }
    }
    // ANCHOR_END: queue-work

    // ANCHOR: cancel
    /// Cancels a request that no thread has taken yet (`uv_cancel`). Its callback still
    /// comes, from the poll phase, with [`Error::Canceled`].
    ///
    /// # Errors
    /// [`Error::Busy`] when a thread has it: nothing stops a function that runs.
    /// [`Error::Closed`] when it is over.
    pub fn cancel(&mut self, request: Request) -> Result<()> {
        let waiting = self.requests.get(request.0).ok_or(Error::Closed)?;
        if !waiting
            .ticket
            .is_some_and(|ticket| self.pool.cancel(ticket))
        {
            return Err(Error::Busy);
        }
        self.inbox.deliver(request.0, Err(Error::Canceled));
        Ok(())
    }

    /// Calls back for what the pool has done (`uv__work_done`).
    pub(crate) fn run_answers(&mut self) {
        for (id, outcome) in self.inbox.take() {
            if let Some(waiting) = self.requests.remove(id) {
                self.active_requests -= 1;
                (waiting.done)(self, outcome);
            }
        }
    }
    // ANCHOR_END: cancel

    /// Requests on their way: those of the pool and those of streams.
    pub fn active_requests(&self) -> usize {
        self.active_requests
    }

    /// Opens a file for reading (`uv_fs_open`).
    ///
    /// # Errors
    /// Those of [`Loop::queue_work`].
    pub fn fs_open(
        &mut self,
        path: impl Into<PathBuf>,
        done: impl FnOnce(&mut Loop, Result<File>) + 'static,
    ) -> Result<Request> {
        let path = path.into();
        self.fs(move || File::open(path), done)
    }

    // ANCHOR: fs-read
    /// Reads up to `length` bytes from where the file stands (`uv_fs_read`). The file
    /// goes to the other thread and comes back: nobody can close it meanwhile. It is
    /// lost when the read fails.
    ///
    /// # Errors
    /// Those of [`Loop::queue_work`].
    pub fn fs_read(
        &mut self,
        mut file: File,
        length: usize,
        done: impl FnOnce(&mut Loop, Result<(File, Vec<u8>)>) + 'static,
    ) -> Result<Request> {
        let read = move || {
            let mut buffer = vec![0; length];
            let count = file.read(&mut buffer)?;
            buffer.truncate(count);
            Ok((file, buffer))
        };
        self.fs(read, done)
    }
    // ANCHOR_END: fs-read

    /// The size of a file in bytes (`uv_fs_stat`).
    ///
    /// # Errors
    /// Those of [`Loop::queue_work`].
    pub fn fs_stat(
        &mut self,
        path: impl Into<PathBuf>,
        done: impl FnOnce(&mut Loop, Result<u64>) + 'static,
    ) -> Result<Request> {
        let path = path.into();
        self.fs(move || Ok(std::fs::metadata(path)?.len()), done)
    }

    /// Reads a whole file in one job, as Node 26 does up to 512 KiB.
    ///
    /// # Errors
    /// Those of [`Loop::queue_work`].
    pub fn fs_read_file(
        &mut self,
        path: impl Into<PathBuf>,
        done: impl FnOnce(&mut Loop, Result<Vec<u8>>) + 'static,
    ) -> Result<Request> {
        let path = path.into();
        self.fs(move || std::fs::read(path), done)
    }

    fn fs<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
        done: impl FnOnce(&mut Loop, Result<T>) + 'static,
    ) -> Result<Request> {
        self.queue_work(WorkKind::FastIo, work, move |uv, result| {
            done(uv, result.and_then(|result| result.map_err(Error::Io)));
        })
    }

    /// The addresses of a host, in the slow lane (`uv_getaddrinfo`).
    ///
    /// # Errors
    /// Those of [`Loop::queue_work`].
    pub fn getaddrinfo(
        &mut self,
        host: &str,
        port: u16,
        done: impl FnOnce(&mut Loop, Result<Vec<SocketAddr>>) + 'static,
    ) -> Result<Request> {
        let name = (host.to_string(), port);
        let lookup = move || Ok::<_, io::Error>(name.to_socket_addrs()?.collect());
        self.queue_work(WorkKind::SlowIo, lookup, move |uv, result| {
            done(uv, result.and_then(|result| result.map_err(Error::Io)));
        })
    }
}
