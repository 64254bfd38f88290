//! Who gets which socket: `http.Agent` of lib/_http_agent.js.

use crate::client::{ClientRequest, RequestOptions};
use crate::error::Error;
use crate::exchange::{self, After, Job};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{oneshot, watch};

// ANCHOR: agent-options
/// The options of an [`Agent`], with Node's names and defaults.
#[derive(Clone, Debug)]
pub struct AgentOptions {
    /// Sockets wait for a next request. Default: false, as `new http.Agent()`.
    pub keep_alive: bool,
    /// Sockets of one origin, busy and idle; 0 is no limit. Default: 0.
    pub max_sockets: usize,
    /// Sockets of all origins; 0 is no limit. Default: 0.
    pub max_total_sockets: usize,
    /// Idle sockets of one origin; 0 is none. Default: 256.
    pub max_free_sockets: usize,
    /// Which idle socket is next. Default: the one that was used last.
    pub scheduling: Scheduling,
    /// How long a socket may be idle. Default: for ever.
    pub timeout: Option<Duration>,
    /// How much earlier than the server's `Keep-Alive` says an idle socket is closed.
    /// Default: 1 s.
    pub agent_keep_alive_timeout_buffer: Duration,
    /// Asks again on a new connection where [`may_retry`](crate::may_retry) says that
    /// twice is as once. Not in Node. Default: false.
    pub retry: bool,
}
// ANCHOR_END: agent-options

/// Which idle socket serves the next request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheduling {
    /// The one that was used last: those that are not needed grow old and are closed.
    #[default]
    Lifo,
    /// The one that was used first: all are kept in use.
    Fifo,
}

impl Default for AgentOptions {
    fn default() -> AgentOptions {
        AgentOptions {
            keep_alive: false,
            max_sockets: 0,
            max_total_sockets: 0,
            max_free_sockets: 256,
            scheduling: Scheduling::Lifo,
            timeout: None,
            agent_keep_alive_timeout_buffer: Duration::from_secs(1),
            retry: false,
        }
    }
}

impl AgentOptions {
    /// Those of `http.globalAgent`.
    pub fn global() -> AgentOptions {
        AgentOptions {
            keep_alive: true,
            timeout: Some(Duration::from_secs(5)),
            ..AgentOptions::default()
        }
    }
}

/// A pool of sockets. A clone is the same pool; when the last one is gone, and the last
/// request made with it, the idle sockets are closed.
#[derive(Clone, Debug)]
pub struct Agent(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: AgentOptions,
    pool: Mutex<Pool>,
    /// Counts the calls of [`Agent::destroy`].
    destroyed: watch::Sender<u64>,
}

// ANCHOR: pool
/// The sockets by origin, `host:port`.
#[derive(Debug, Default)]
struct Pool {
    origins: BTreeMap<String, Sockets>,
    /// Sockets of all origins.
    total: usize,
    /// The number of the next socket that becomes idle.
    number: u64,
}

/// The sockets of an origin, and the requests that wait for one.
#[derive(Debug, Default)]
struct Sockets {
    busy: usize,
    idle: VecDeque<Idle>,
    waiting: VecDeque<Job>,
}

/// An idle socket lies in its task, which watches it. This wakes the task.
#[derive(Debug)]
struct Idle {
    number: u64,
    task: oneshot::Sender<Job>,
}
// ANCHOR_END: pool

/// How many there are, of all origins: the lengths of Node's `agent.sockets`,
/// `agent.freeSockets` and `agent.requests`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sockets that serve a request.
    pub sockets: usize,
    /// Idle sockets.
    pub free_sockets: usize,
    /// Requests that wait for a socket.
    pub requests: usize,
}

/// What a socket does after a response.
enum Next {
    Serve(Job),
    Wait(u64, oneshot::Receiver<Job>),
    Close,
}

impl Default for Agent {
    fn default() -> Agent {
        Agent::new(AgentOptions::default())
    }
}

impl Agent {
    /// An Agent without sockets.
    pub fn new(mut options: AgentOptions) -> Agent {
        let limits = [&mut options.max_sockets, &mut options.max_total_sockets];
        for limit in limits.into_iter().filter(|limit| **limit == 0) {
            *limit = usize::MAX;
        }
        Agent(Arc::new(Inner {
            options,
            pool: Mutex::default(),
            destroyed: watch::Sender::new(0),
        }))
    }

    /// Begins a request (`http.request`): takes a socket, or asks for one. To be called
    /// where tokio runs.
    ///
    /// # Errors
    /// A method, a path or a field that would make another message.
    pub fn request(&self, options: RequestOptions) -> Result<ClientRequest, Error> {
        let (request, job) = ClientRequest::new(self, options)?;
        self.add(job);
        Ok(request)
    }

    /// A request without content, complete at once (`http.get`).
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub fn get(&self, options: RequestOptions) -> Result<ClientRequest, Error> {
        let mut request = self.request(options)?;
        request.end("")?;
        Ok(request)
    }

    /// Its options; a limit that is none is `usize::MAX`.
    pub fn options(&self) -> &AgentOptions {
        &self.0.options
    }

    /// A request may leave its connection open: it will be used again, or may be.
    pub(crate) fn reuses(&self) -> bool {
        self.0.options.keep_alive || self.0.options.max_sockets != usize::MAX
    }

    /// How many sockets and requests there are.
    pub fn counts(&self) -> Counts {
        let pool = self.0.lock();
        let mut counts = Counts::default();
        for sockets in pool.origins.values() {
            counts.sockets += sockets.busy;
            counts.free_sockets += sockets.idle.len();
            counts.requests += sockets.waiting.len();
        }
        counts
    }

    /// Closes all sockets, busy ones too. The Agent stays of use.
    pub fn destroy(&self) {
        for sockets in self.0.lock().origins.values_mut() {
            sockets.idle.clear();
        }
        self.0.destroyed.send_modify(|count| *count += 1);
    }

    // ANCHOR: add-request
    /// Gives a request an idle socket, a new one, or a place in the queue:
    /// `Agent.prototype.addRequest`.
    fn add(&self, mut job: Job) {
        let options = &self.0.options;
        let mut pool = self.0.lock();
        let is_full = pool.total >= options.max_total_sockets;
        let sockets = pool.origins.entry(job.origin().to_owned()).or_default();
        while let Some(idle) = sockets.take(options.scheduling) {
            match idle.task.send(job) {
                Ok(()) => return sockets.busy += 1,
                // The task is about to close the socket.
                Err(back) => job = back,
            }
        }
        if sockets.count() < options.max_sockets && !is_full {
            sockets.busy += 1;
            pool.total += 1;
            drop(pool);
            self.open(job);
        } else {
            sockets.waiting.push_back(job);
            if is_full {
                pool.evict();
            }
        }
    }
    // ANCHOR_END: add-request

    /// A socket of its own for a request; the pool has counted it already.
    fn open(&self, job: Job) {
        let agent = Arc::downgrade(&self.0);
        let destroyed = self.0.destroyed.subscribe();
        tokio::spawn(socket(agent, destroyed, job));
    }

    // ANCHOR: free
    /// A response is complete, and its connection of use: the `'free'` event.
    fn free(&self, origin: &str, idle_time: IdleTime) -> Next {
        let options = &self.0.options;
        let mut pool = self.0.lock();
        let is_over = pool.total > options.max_total_sockets;
        let is_full = pool.total == options.max_total_sockets;
        let others_wait = is_full && pool.origins.values().any(Sockets::is_wanted);
        let number = pool.number;
        let sockets = pool.origins.entry(origin.to_owned()).or_default();
        if let Some(job) = sockets.waiting.pop_front() {
            return Next::Serve(job);
        }
        let is_over = is_over
            || others_wait
            || sockets.count() > options.max_sockets
            || sockets.idle.len() >= options.max_free_sockets;
        if !options.keep_alive || is_over || idle_time == IdleTime::None {
            return Next::Close;
        }
        let (task, receiver) = oneshot::channel();
        sockets.busy -= 1;
        sockets.idle.push_back(Idle { number, task });
        pool.number += 1;
        Next::Wait(number, receiver)
    }
    // ANCHOR_END: free

    /// A socket is gone: one of those that wait may have a new one
    /// (`Agent.prototype.removeSocket`).
    fn closed(&self, origin: &str, idle: Option<u64>) {
        let job = self.0.lock().closed(origin, idle, &self.0.options);
        if let Some(job) = job {
            self.open(job);
        }
    }
}

impl Inner {
    /// A panic elsewhere leaves nothing half done here.
    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pool {
    /// Closes an idle socket of any origin, to make room for another origin. Node does
    /// not: there the request waits until one of them grows too old.
    fn evict(&mut self) {
        let mut origins = self.origins.values_mut();
        origins.find_map(|sockets| sockets.idle.pop_front());
    }

    /// Takes a socket out. Returns the request that may have one instead.
    fn closed(
        &mut self,
        origin: &str,
        idle: Option<u64>,
        options: &AgentOptions,
    ) -> Option<Job> {
        self.total -= 1;
        if let Some(sockets) = self.origins.get_mut(origin) {
            match idle {
                Some(number) => sockets.idle.retain(|idle| idle.number != number),
                None => sockets.busy -= 1,
            }
            if sockets.count() + sockets.waiting.len() == 0 {
                self.origins.remove(origin);
            }
        }
        if self.total >= options.max_total_sockets {
            return None;
        }
        let job = self.next_waiting(origin, options.max_sockets);
        self.total += usize::from(job.is_some());
        job
    }

    /// The next request that waits, of this origin first.
    fn next_waiting(&mut self, origin: &str, max_sockets: usize) -> Option<Job> {
        let next = |sockets: &mut Sockets| {
            let has_room = sockets.count() < max_sockets;
            let job = has_room.then(|| sockets.waiting.pop_front()).flatten();
            sockets.busy += usize::from(job.is_some());
            job
        };
        let own = self.origins.get_mut(origin).and_then(next);
        own.or_else(|| self.origins.values_mut().find_map(next))
    }
}

impl Sockets {
    fn count(&self) -> usize {
        self.busy + self.idle.len()
    }

    fn is_wanted(&self) -> bool {
        !self.waiting.is_empty()
    }

    fn take(&mut self, scheduling: Scheduling) -> Option<Idle> {
        match scheduling {
            Scheduling::Lifo => self.idle.pop_back(),
            Scheduling::Fifo => self.idle.pop_front(),
        }
    }
}

/// How long a socket may be idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdleTime {
    /// Not at all.
    None,
    /// As long as this, and no longer.
    Most(Duration),
    /// Until the server closes it.
    Unlimited,
}

// ANCHOR: idle-time
/// The shorter of the Agent's timeout and the server's `Keep-Alive: timeout=5`, which
/// counts from the moment at which the server sent it: hence the buffer
/// (`Agent.prototype.keepSocketAlive`).
///
/// Node takes the server's word only where the Agent has a timeout of its own.
pub(crate) fn idle_time(hint: Option<&[u8]>, options: &AgentOptions) -> IdleTime {
    let hint = hint.and_then(|value| value.strip_prefix(b"timeout="));
    let digits = hint.and_then(|hint| {
        let length = hint.iter().take_while(|b| b.is_ascii_digit()).count();
        str::from_utf8(&hint[..length]).ok()
    });
    let hint = digits
        .and_then(|digits| digits.parse().ok())
        .map(|seconds| {
            let buffer = options.agent_keep_alive_timeout_buffer;
            Duration::from_secs(seconds).saturating_sub(buffer)
        });
    match (hint, options.timeout) {
        (Some(Duration::ZERO), _) => IdleTime::None,
        (Some(hint), Some(timeout)) => IdleTime::Most(hint.min(timeout)),
        (Some(time), None) | (None, Some(time)) => IdleTime::Most(time),
        (None, None) => IdleTime::Unlimited,
    }
}
// ANCHOR_END: idle-time

// ANCHOR: socket-task
/// The life of a socket: one request after the other, and idle between them.
async fn socket(agent: Weak<Inner>, mut destroyed: watch::Receiver<u64>, mut job: Job) {
    let origin = job.origin().to_owned();
    let mut idle = None;
    // What the program hears last, when the pool is as it should find it.
    let mut ending = None;
    'connect: while let Some(mut connection) = job.connect(&mut destroyed).await {
        loop {
            match exchange::exchange(&mut connection, &job, &mut destroyed).await {
                After::Free(last) => ending = last,
                After::Close(last) => {
                    ending = last;
                    break 'connect;
                }
                After::Retry => continue 'connect,
                After::Switched(response) => {
                    job.switched(response, connection);
                    break 'connect;
                }
            }
            let next = match agent.upgrade().map(Agent) {
                Some(agent) => agent.free(&origin, connection.idle_time),
                None => Next::Close,
            };
            drop(ending.take());
            job.done();
            job = match next {
                Next::Serve(job) => job,
                Next::Close => break 'connect,
                Next::Wait(number, mut next) => {
                    idle = Some(number);
                    match connection.idle(&mut next, &mut destroyed).await {
                        Some(job) => job,
                        None => break 'connect,
                    }
                }
            };
            idle = None;
            // A request that meets a socket which has just been closed has lost
            // nothing: no byte of it was sent.
            if connection.is_spoiled() {
                continue 'connect;
            }
            connection.is_reused = true;
        }
    }
    if let Some(agent) = agent.upgrade() {
        Agent(agent).closed(&origin, idle);
    }
    drop(ending);
}
// ANCHOR_END: socket-task

#[cfg(test)]
mod tests {
    use super::*;

    fn time(hint: &str, timeout: Option<u64>) -> IdleTime {
        let options = AgentOptions {
            timeout: timeout.map(Duration::from_secs),
            ..AgentOptions::default()
        };
        idle_time(Some(hint.as_bytes()), &options)
    }

    #[test]
    fn a_hint_shortens_the_time_and_never_lengthens_it() {
        let seconds = |n| IdleTime::Most(Duration::from_secs(n));
        assert_eq!(time("timeout=5", Some(3)), seconds(3));
        assert_eq!(time("timeout=3", Some(5)), seconds(2));
        assert_eq!(time("timeout=3, max=9", None), seconds(2));
        assert_eq!(time("timeout=1", Some(5)), IdleTime::None);
        assert_eq!(time("timeout=0", None), IdleTime::None);
    }

    #[test]
    fn a_hint_that_is_none_changes_nothing() {
        for hint in ["", "timeout", "timeout=", "max=9, timeout=1", "timeout=x"] {
            assert_eq!(time(hint, None), IdleTime::Unlimited, "{hint}");
        }
        let beyond = "timeout=99999999999999999999999";
        assert_eq!(time(beyond, None), IdleTime::Unlimited);
    }
}
