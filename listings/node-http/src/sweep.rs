//! The list of connections that the server looks through now and then: `ConnectionsList`
//! of src/node_http_parser.cc and `checkConnections` of lib/_http_server.js.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};
use std::time::Duration;
use tokio::time::Instant;

/// What others ask of a connection; the greater order wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Order {
    GoOn,
    /// Answer 408 if nothing is sent yet, and end.
    Expire,
    /// End at once.
    Destroy,
}

/// What the list knows about a connection. The connection writes it, others read it.
#[derive(Debug)]
pub(crate) struct Tracked {
    /// When the message began that is coming in, in nanoseconds since the list was
    /// made, and one; 0 between messages.
    message_start: AtomicU64,
    /// 1: nothing has come yet. 2: the head is complete. 4: an answer is being made or
    /// sent.
    flags: AtomicU8,
    order: AtomicU8,
    waker: Mutex<Option<Waker>>,
}

const SILENT: u8 = 1;
const HEAD_COMPLETE: u8 = 2;
const ANSWERING: u8 = 4;

/// All connections of a server.
#[derive(Debug)]
pub(crate) struct ConnectionsList {
    epoch: Instant,
    all: Mutex<(u64, HashMap<u64, Arc<Tracked>>)>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ConnectionsList {
    pub fn new() -> ConnectionsList {
        ConnectionsList {
            epoch: Instant::now(),
            all: Mutex::default(),
        }
    }

    /// A connection that has just been accepted. Its first message is taken to have
    /// begun, so that one who never says anything is swept up, too.
    pub fn add(&self) -> (u64, Arc<Tracked>) {
        let tracked = Arc::new(Tracked {
            message_start: AtomicU64::new(self.now()),
            flags: AtomicU8::new(SILENT),
            order: AtomicU8::new(Order::GoOn as u8),
            waker: Mutex::new(None),
        });
        let mut all = lock(&self.all);
        all.0 += 1;
        let id = all.0;
        all.1.insert(id, Arc::clone(&tracked));
        (id, tracked)
    }

    pub fn remove(&self, id: u64) {
        lock(&self.all).1.remove(&id);
    }

    pub fn len(&self) -> usize {
        lock(&self.all).1.len()
    }

    fn now(&self) -> u64 {
        let nanoseconds = self.epoch.elapsed().as_nanos();
        u64::try_from(nanoseconds)
            .unwrap_or(u64::MAX)
            .saturating_add(1)
    }

    pub fn message_begins(&self, tracked: &Tracked) {
        tracked.message_start.store(self.now(), Relaxed);
        tracked.flags.fetch_and(!SILENT, Relaxed);
    }

    // ANCHOR: sweep
    /// Ends all whose message has been coming in for too long: its head, or all of it.
    /// Nobody looks between two sweeps.
    pub fn expire(&self, headers_timeout: Duration, request_timeout: Duration) {
        for tracked in lock(&self.all).1.values() {
            if self.is_late(tracked, headers_timeout, request_timeout) {
                tracked.order(Order::Expire);
            }
        }
    }

    /// Whether a message takes longer than it may. A limit of zero is none.
    pub fn is_late(
        &self,
        tracked: &Tracked,
        headers_timeout: Duration,
        request_timeout: Duration,
    ) -> bool {
        let start = tracked.message_start.load(Relaxed);
        let has_head = tracked.flags.load(Relaxed) & HEAD_COMPLETE != 0;
        let age = Duration::from_nanos(self.now().saturating_sub(start));
        let is_beyond = |limit: Duration| !limit.is_zero() && age > limit;
        let is_late = !has_head && is_beyond(headers_timeout);
        start != 0 && (is_late || is_beyond(request_timeout))
    }
    // ANCHOR_END: sweep

    /// Ends those that wait for a request: `closeIdleConnections`.
    pub fn destroy_idle(&self) {
        for tracked in lock(&self.all).1.values() {
            let flags = tracked.flags.load(Relaxed);
            let is_between = tracked.message_start.load(Relaxed) == 0;
            if (is_between || flags & SILENT != 0) && flags & ANSWERING == 0 {
                tracked.order(Order::Destroy);
            }
        }
    }

    /// Ends all: `closeAllConnections`.
    pub fn destroy_all(&self) {
        let all = lock(&self.all);
        all.1.values().for_each(|t| t.order(Order::Destroy));
    }
}

impl Tracked {
    pub fn has_message(&self) -> bool {
        let is_silent = self.flags.load(Relaxed) & SILENT != 0;
        self.message_start.load(Relaxed) != 0 && !is_silent
    }

    pub fn head_is_complete(&self) {
        self.flags.fetch_or(HEAD_COMPLETE, Relaxed);
        self.flags.fetch_and(!SILENT, Relaxed);
    }

    pub fn message_ends(&self) {
        self.message_start.store(0, Relaxed);
        self.flags.fetch_and(!(HEAD_COMPLETE | SILENT), Relaxed);
    }

    pub fn set_answering(&self, is: bool) {
        if is {
            self.flags.fetch_or(ANSWERING, Relaxed);
        } else {
            self.flags.fetch_and(!ANSWERING, Relaxed);
        }
    }

    /// Tells the connection what to do.
    pub fn order(&self, order: Order) {
        self.order.fetch_max(order as u8, Relaxed);
        if let Some(waker) = lock(&self.waker).take() {
            waker.wake();
        }
    }

    /// The order came too late, and there is no reason for it any more.
    pub fn take_back(&self, order: Order) {
        let (order, go_on) = (order as u8, Order::GoOn as u8);
        // A greater one stands.
        let _ = self.order.compare_exchange(order, go_on, Relaxed, Relaxed);
    }

    /// What the connection has been told; it is woken when that changes.
    pub fn poll_order(&self, cx: &Context<'_>) -> Order {
        // First the waker, then the look: who orders in between wakes.
        let mut waker = lock(&self.waker);
        match &*waker {
            Some(waker) if waker.will_wake(cx.waker()) => {}
            _ => *waker = Some(cx.waker().clone()),
        }
        drop(waker);
        match self.order.load(Relaxed) {
            0 => Order::GoOn,
            1 => Order::Expire,
            _ => Order::Destroy,
        }
    }
}
