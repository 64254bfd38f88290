//! The thread pool and its slow lane (libuv: src/threadpool.c). It knows no loop: a job
//! is a function, and tells whom it concerns by itself.

use crate::{Error, Result};
use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// Threads in a pool unless told otherwise (libuv: `default_threads`).
pub const DEFAULT_THREADS: usize = 4;
/// Threads that a pool has at most (libuv: `MAX_THREADPOOL_SIZE`).
pub const MAX_THREADS: usize = 1024;
/// Jobs that wait at most. libuv's queue grows until memory ends.
pub const MAX_QUEUED: usize = 65_536;

/// What a job waits for, which decides its lane (libuv: `uv__work_kind`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkKind {
    /// It computes.
    Cpu,
    /// It waits for a disk.
    FastIo,
    /// It waits for the network, and nobody knows how long: a lookup. Such jobs may
    /// hold only half of the threads.
    SlowIo,
}

pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// Names a job that was submitted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket(u64);

/// A pool, which loops may share: a clone is the same pool. Its threads start with the
/// first job. When the last clone is gone, jobs that wait are dropped and those that
/// run are waited for.
#[derive(Clone)]
pub struct Pool(Arc<Owner>);

struct Owner {
    size: usize,
    threads: Mutex<Vec<JoinHandle<()>>>,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    work: Condvar,
}

// ANCHOR: state
#[derive(Default)]
struct State {
    /// The one queue. Each entry drew a number, and the numbers ascend.
    queue: VecDeque<(u64, Entry)>,
    /// Slow jobs wait here. While there are any, the queue holds one `SlowLane`.
    slow: VecDeque<(u64, Job)>,
    /// Is there a `SlowLane` in the queue? It stays when all slow jobs are cancelled.
    lane_queued: bool,
    slow_running: usize,
    threads: usize,
    /// Threads that sleep, and those that were told to wake up and do not run yet.
    idle: usize,
    told: usize,
    drawn: u64,
    closed: bool,
}

enum Entry {
    Job(Job),
    /// "Take one of the slow jobs" (libuv: `run_slow_work_message`).
    SlowLane,
}
// ANCHOR_END: state

impl State {
    fn draw(&mut self) -> u64 {
        self.drawn += 1;
        self.drawn
    }

    fn push(&mut self, entry: Entry) -> u64 {
        let number = self.draw();
        self.queue.push_back((number, entry));
        number
    }

    // ANCHOR: submit
    fn submit(&mut self, kind: WorkKind, job: Job) -> u64 {
        if kind != WorkKind::SlowIo {
            return self.push(Entry::Job(job));
        }
        let number = self.draw();
        self.slow.push_back((number, job));
        self.queue_lane();
        number
    }

    fn queue_lane(&mut self) {
        if !self.slow.is_empty() && !self.lane_queued {
            self.push(Entry::SlowLane);
            self.lane_queued = true;
        }
    }

    /// Half of the threads, rounded up (libuv: `slow_work_thread_threshold`).
    fn slow_limit(&self) -> usize {
        self.threads.div_ceil(2)
    }

    /// Is there anything to take? Not if the lane is full and alone.
    fn has_work(&self) -> bool {
        let has_room = self.slow_running < self.slow_limit();
        match self.queue.front() {
            Some((_, Entry::SlowLane)) => has_room || self.queue.len() > 1,
            front => front.is_some(),
        }
    }

    /// The next job and whether it is a slow one.
    fn take(&mut self) -> Option<(Job, bool)> {
        while self.has_work() {
            if let (_, Entry::Job(job)) = self.queue.pop_front()? {
                return Some((job, false));
            }
            self.lane_queued = false;
            let has_room = self.slow_running < self.slow_limit();
            let slow = has_room.then(|| self.slow.pop_front()).flatten();
            // Others pass first; and if all slow jobs were cancelled, it is gone.
            self.queue_lane();
            if let Some((_, job)) = slow {
                self.slow_running += 1;
                return Some((job, true));
            }
        }
        None
    }
    // ANCHOR_END: submit

    /// Jobs that no thread has taken.
    fn waiting(&self) -> usize {
        self.queue.len() + self.slow.len() - usize::from(self.lane_queued)
    }

    /// The job, if no thread has taken it.
    fn cancel(&mut self, number: u64) -> Option<Job> {
        // The lane drew a number of its own: it is nobody's ticket.
        if let Ok(at) = self.queue.binary_search_by_key(&number, |(n, _)| *n)
            && let Some((_, Entry::Job(job))) = self.queue.remove(at)
        {
            return Some(job);
        }
        let at = self.slow.binary_search_by_key(&number, |(n, _)| *n).ok()?;
        self.slow.remove(at).map(|(_, job)| job)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock: poison means nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // ANCHOR: worker
    /// Waits for a job that may run; `None` when the pool is closed.
    fn next(&self) -> Option<(Job, bool)> {
        let mut state = self.state();
        loop {
            if state.closed {
                return None;
            }
            if let Some(job) = state.take() {
                self.wake_one(state); // for what is left
                return Some(job);
            }
            state.idle += 1;
            let woken = self.work.wait_while(state, |s| s.told == 0 && !s.closed);
            state = woken.unwrap_or_else(PoisonError::into_inner);
            state.told = state.told.saturating_sub(1);
        }
    }

    /// Wakes a thread if there is work and one sleeps; but not while another is on its
    /// way: that one takes a job and then wakes the next.
    fn wake_one(&self, mut state: MutexGuard<'_, State>) {
        if state.idle > 0 && state.told == 0 && state.has_work() {
            state.idle -= 1;
            state.told += 1;
            drop(state); // who wakes wants this lock
            self.work.notify_one();
        }
    }

    fn work(&self) {
        while let Some((job, slow)) = self.next() {
            guarded(job);
            if slow {
                self.state().slow_running -= 1;
            }
        }
    }
    // ANCHOR_END: worker
}

impl Default for Pool {
    /// With [`DEFAULT_THREADS`].
    fn default() -> Self {
        Pool::new(DEFAULT_THREADS)
    }
}

impl Pool {
    /// With so many threads, at least 1 and at most [`MAX_THREADS`].
    pub fn new(threads: usize) -> Pool {
        Pool(Arc::new(Owner {
            size: threads.clamp(1, MAX_THREADS),
            threads: Mutex::default(),
            shared: Arc::new(Shared {
                state: Mutex::default(),
                work: Condvar::new(),
            }),
        }))
    }

    /// How many threads run. None before the first job.
    pub fn threads(&self) -> usize {
        self.0.shared.state().threads
    }

    /// Queues a job.
    pub(crate) fn submit(&self, kind: WorkKind, job: Job) -> Result<Ticket> {
        self.start()?;
        let mut state = self.0.shared.state();
        if state.waiting() >= MAX_QUEUED {
            drop(state);
            return Err(Error::Full);
        }
        let number = state.submit(kind, job);
        self.0.shared.wake_one(state);
        Ok(Ticket(number))
    }

    /// Takes a job out that no thread has taken; says whether it was there.
    pub(crate) fn cancel(&self, ticket: Ticket) -> bool {
        let job = self.0.shared.state().cancel(ticket.0);
        // Dropped here, outside of the lock: what it holds may take its time.
        job.is_some()
    }

    fn start(&self) -> io::Result<()> {
        let mut threads = lock(&self.0.threads);
        while threads.len() < self.0.size {
            let shared = Arc::clone(&self.0.shared);
            let worker = thread::Builder::new().name("mini-uv-worker".to_string());
            match worker.spawn(move || shared.work()) {
                Ok(thread) => threads.push(thread),
                // Fewer threads than wished for still do the work.
                Err(_) if !threads.is_empty() => break,
                Err(error) => return Err(error),
            }
            self.0.shared.state().threads = threads.len();
        }
        Ok(())
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.closed = true;
        let waiting = (
            std::mem::take(&mut state.queue),
            std::mem::take(&mut state.slow),
        );
        drop(state);
        self.shared.work.notify_all();
        drop(waiting);
        for thread in lock(&self.threads).drain(..) {
            // A job may have held the last clone: its thread cannot wait for itself.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

/// Runs what may panic; nothing if it did. The panic's payload is leaked, because to
/// drop it may panic again, and so may what a job leaves behind: the thread goes on.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    let result = catch_unwind(AssertUnwindSafe(work));
    result.map_err(std::mem::forget).ok()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;
    use std::sync::mpsc;

    fn state(threads: usize) -> State {
        State {
            threads,
            ..State::default()
        }
    }

    /// A job that says its name, so that a test can see which one it got.
    fn named(name: u32, said: &mpsc::Sender<u32>) -> Job {
        let said = said.clone();
        Box::new(move || said.send(name).expect("the test listens"))
    }

    #[derive(Clone, Debug)]
    enum Step {
        Fast,
        Slow,
        Take,
        FinishSlow,
        Cancel(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            Just(Step::Fast),
            Just(Step::Slow),
            Just(Step::Take),
            Just(Step::Take),
            Just(Step::FinishSlow),
            (0..20_usize).prop_map(Step::Cancel),
        ]
    }

    proptest! {
        /// Whatever happens: at most half of the threads are in the slow lane; no job
        /// is lost or run twice; each lane is first in, first out; a worker goes empty
        /// only if nothing may run.
        #[test]
        fn the_lanes_keep_their_rules(
            threads in 1..9_usize,
            steps in proptest::collection::vec(step(), 0..200),
        ) {
            let (said, heard) = mpsc::channel();
            let mut state = state(threads);
            let (mut fast, mut slow) = (VecDeque::new(), VecDeque::new());
            let mut name = 0;
            for step in steps {
                match step {
                    Step::Fast | Step::Slow => {
                        name += 1;
                        let job = named(name, &said);
                        let (kind, lane) = match step {
                            Step::Fast => (WorkKind::FastIo, &mut fast),
                            _ => (WorkKind::SlowIo, &mut slow),
                        };
                        lane.push_back((state.submit(kind, job), name));
                    }
                    Step::Take => match state.take() {
                        Some((job, is_slow)) => {
                            job();
                            let lane = if is_slow { &mut slow } else { &mut fast };
                            let next = lane.pop_front().map(|(_, name)| name);
                            prop_assert_eq!(next, heard.try_recv().ok());
                        }
                        None => {
                            prop_assert!(fast.is_empty());
                            let full = state.slow_running == state.slow_limit();
                            prop_assert!(slow.is_empty() || full);
                        }
                    },
                    Step::FinishSlow => {
                        state.slow_running = state.slow_running.saturating_sub(1);
                    }
                    Step::Cancel(nth) => {
                        let lane = if nth % 2 == 0 { &mut fast } else { &mut slow };
                        if let Some((number, _)) = lane.remove(nth / 2) {
                            prop_assert!(state.cancel(number).is_some());
                            prop_assert!(state.cancel(number).is_none());
                        }
                    }
                }
                prop_assert!(state.slow_running <= threads.div_ceil(2));
            }
        }
    }

    /// A number of the lane itself is no job's: cancelling by it must not stop the lane.
    #[test]
    fn the_lane_survives_a_cancelled_job() {
        let (said, heard) = mpsc::channel();
        let mut state = state(1);
        let first = state.submit(WorkKind::SlowIo, named(1, &said));
        state.submit(WorkKind::SlowIo, named(2, &said));
        assert!(state.cancel(first).is_some());
        let (job, slow) = state.take().expect("the second job");
        job();
        assert!(slow);
        assert_eq!(heard.try_recv(), Ok(2));
    }
}
