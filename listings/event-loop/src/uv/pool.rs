//! A thread pool for requests that block (libuv: src/threadpool.c).

use super::poll::{Completion, MAX_WAITING, Reply, Request, RequestId};
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// How many threads a pool has at most (libuv: `MAX_THREADPOOL_SIZE`).
pub const MAX_THREADS: usize = 1024;

#[derive(Default)]
struct Queue {
    jobs: VecDeque<(RequestId, Request)>,
    closed: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    not_empty: Condvar,
    done: Mutex<Vec<Completion>>,
    wake: Box<dyn Fn() + Send + Sync>,
}

/// Threads that start with the first job and take jobs in the order of submission.
pub struct Pool {
    size: usize,
    threads: Vec<JoinHandle<()>>,
    shared: Arc<Shared>,
}

impl Pool {
    /// A pool of `size` threads, at least 1 and at most [`MAX_THREADS`]. `wake` is
    /// called on a pool's thread whenever [`Pool::take_done`] has something new.
    pub fn new(size: usize, wake: impl Fn() + Send + Sync + 'static) -> Self {
        Pool {
            size: size.clamp(1, MAX_THREADS),
            threads: Vec::new(),
            shared: Arc::new(Shared {
                queue: Mutex::default(),
                not_empty: Condvar::new(),
                done: Mutex::default(),
                wake: Box::new(wake),
            }),
        }
    }

    /// How many threads run. None before the first job.
    pub fn threads(&self) -> usize {
        self.threads.len()
    }

    /// Queues a job.
    ///
    /// # Errors
    /// Fails when [`MAX_WAITING`] jobs wait already, and when there is no thread and
    /// none can be started.
    pub fn submit(&mut self, id: RequestId, request: Request) -> io::Result<()> {
        self.start()?;
        let mut queue = lock(&self.shared.queue);
        if queue.jobs.len() >= MAX_WAITING {
            return Err(io::Error::other("too many requests are waiting"));
        }
        queue.jobs.push_back((id, request));
        self.shared.not_empty.notify_one();
        Ok(())
    }

    /// Takes the answers that are there, in the order of completion.
    pub fn take_done(&self) -> Vec<Completion> {
        std::mem::take(&mut *lock(&self.shared.done))
    }

    fn start(&mut self) -> io::Result<()> {
        while self.threads.len() < self.size {
            let shared = Arc::clone(&self.shared);
            let thread = std::thread::Builder::new().name("pool-worker".to_string());
            match thread.spawn(move || work(&shared)) {
                Ok(handle) => self.threads.push(handle),
                // Fewer threads than wished for still answer.
                Err(_) if !self.threads.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Waits for the jobs that run; those that wait are dropped.
impl Drop for Pool {
    fn drop(&mut self) {
        let mut queue = lock(&self.shared.queue);
        queue.closed = true;
        queue.jobs.clear();
        drop(queue);
        self.shared.not_empty.notify_all();
        for thread in self.threads.drain(..) {
            // A worker cannot panic: its jobs' panics are caught.
            let _ = thread.join();
        }
    }
}

/// A worker: takes a job, answers it, until the pool is dropped.
fn work(shared: &Shared) {
    loop {
        let mut queue = lock(&shared.queue);
        let (id, request) = loop {
            if queue.closed {
                return;
            }
            if let Some(job) = queue.jobs.pop_front() {
                break job;
            }
            let waited = shared.not_empty.wait(queue);
            queue = waited.unwrap_or_else(PoisonError::into_inner);
        };
        drop(queue);
        let result = answer(request);
        lock(&shared.done).push(Completion { id, result });
        (shared.wake)();
    }
}

fn answer(request: Request) -> io::Result<Reply> {
    let answered = catch_unwind(AssertUnwindSafe(|| match request {
        Request::ReadFile(path) => std::fs::read(path).map(Reply::Bytes),
        Request::Stat(path) => std::fs::metadata(path).map(|m| Reply::Size(m.len())),
        Request::Work(job) => job().map(Reply::Bytes),
    }));
    answered.unwrap_or_else(|_| Err(io::Error::other("the job panicked")))
}

/// Nothing panics while it holds one of these locks, so poison means nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
