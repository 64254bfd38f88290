//! Wakeups from other threads (libuv: src/unix/async.c).

use crate::handle::{Async, Entry, What};
use crate::poller::Wakeup;
use crate::run::Loop;
use crate::slots::Id;
use crate::work::Outcome;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

// ANCHOR: signal
/// Says that a callback is wanted, however often it is said before the callback runs.
pub(crate) struct Signal {
    wanted: AtomicBool,
    wakeup: Arc<Wakeup>,
}

impl Signal {
    pub fn new(wakeup: Arc<Wakeup>) -> Signal {
        let wanted = AtomicBool::new(false);
        Signal { wanted, wakeup }
    }

    /// From any thread: only the first of several writes to the eventfd.
    pub fn raise(&self) {
        // Always a write, never only a look: `lower` reads this write or a later one,
        // so the callback sees all that this thread did before.
        if !self.wanted.swap(true, Ordering::AcqRel) {
            self.wakeup.wake();
        }
    }

    /// On the loop's thread, before the callback: what is raised from now on wants
    /// another one.
    pub fn lower(&self) -> bool {
        self.wanted.swap(false, Ordering::AcqRel)
    }
}
// ANCHOR_END: signal

/// Makes an [`Async`] handle call back, from any thread (`uv_async_send`).
///
/// It may outlive the handle and the loop; then it does nothing.
#[derive(Clone)]
pub struct Sender(Arc<Signal>);

impl Sender {
    /// Wants the callback. Any number of calls before it runs are one.
    pub fn send(&self) {
        self.0.raise();
    }
}

/// Where the pool leaves its answers (libuv: `loop->wq` and `loop->wq_async`).
pub(crate) struct Inbox {
    answers: Mutex<Vec<(Id, Outcome)>>,
    signal: Signal,
}

impl Inbox {
    pub fn new(wakeup: Arc<Wakeup>) -> Inbox {
        Inbox {
            answers: Mutex::default(),
            signal: Signal::new(wakeup),
        }
    }

    pub fn deliver(&self, request: Id, outcome: Outcome) {
        self.answers().push((request, outcome));
        self.signal.raise();
    }

    /// All answers that are there, if there is news.
    pub fn take(&self) -> Vec<(Id, Outcome)> {
        match self.signal.lower() {
            true => std::mem::take(&mut *self.answers()),
            false => Vec::new(),
        }
    }

    fn answers(&self) -> MutexGuard<'_, Vec<(Id, Outcome)>> {
        // Nothing panics while it holds the lock: poison means nothing.
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Loop {
    /// A handle that other threads make call back, started at once (`uv_async_init`).
    pub fn async_handle(
        &mut self,
        callback: impl FnMut(&mut Loop) + 'static,
    ) -> (Async, Sender) {
        let signal = Arc::new(Signal::new(Arc::clone(&self.wakeup)));
        let mut entry = Entry::new(What::Async(Arc::clone(&signal)));
        entry.callback = Some(Box::new(callback));
        let id = self.add(entry);
        self.asyncs.push(id);
        self.set_active(id, true);
        (Async(id), Sender(signal))
    }

    // ANCHOR: run-asyncs
    /// The eventfd does not say which handle is meant: look at all of them.
    pub(crate) fn run_asyncs(&mut self) {
        for id in self.asyncs.clone() {
            let wanted = match self.open_entry(id).map(|entry| &entry.what) {
                Ok(What::Async(signal)) => signal.lower(),
                _ => false,
            };
            if wanted {
                self.call(id);
            }
        }
    }
    // ANCHOR_END: run-asyncs
}
