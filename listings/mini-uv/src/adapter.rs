//! The poll phase of the listing `event-loop`, on this loop: what it expects of libuv.

use crate::run::{Loop, RunMode};
use crate::{Pool, Result, Timer, WorkKind};
use event_loop::uv::{Completion, Poll, Reply, Request, RequestId};
use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

/// A poll phase for `event_loop`: its clock, sleep and requests are a [`Loop`]'s.
pub struct MiniUv {
    uv: Loop,
    ready: Rc<RefCell<Vec<Completion>>>,
    /// Ends a sleep that has a limit.
    alarm: Timer,
}

impl MiniUv {
    /// On a loop and a pool of its own.
    ///
    /// # Errors
    /// Those of [`Loop::new`].
    pub fn new() -> Result<MiniUv> {
        MiniUv::with_pool(Pool::default())
    }

    /// On a loop of its own and this pool.
    ///
    /// # Errors
    /// Those of [`Loop::new`].
    pub fn with_pool(pool: Pool) -> Result<MiniUv> {
        let mut uv = Loop::with_pool(pool)?;
        Ok(MiniUv {
            alarm: uv.timer(),
            ready: Rc::default(),
            uv,
        })
    }

    /// One turn, which may sleep until `timeout` is over.
    fn sleep(&mut self, timeout: Duration) -> Result<()> {
        let ms = timeout.as_micros().div_ceil(1000) as u64;
        self.uv.update_time();
        self.uv.timer_start(self.alarm, ms, 0, |_| {})?;
        self.uv.run(RunMode::Once)?;
        self.uv.timer_stop(self.alarm)
    }
}

// ANCHOR: adapter
impl Poll for MiniUv {
    fn now(&self) -> Duration {
        self.uv.hrtime()
    }

    fn submit(&mut self, id: RequestId, request: Request) -> io::Result<()> {
        let ready = Rc::clone(&self.ready);
        let work = move || match request {
            Request::ReadFile(path) => std::fs::read(path).map(Reply::Bytes),
            Request::Stat(path) => {
                std::fs::metadata(path).map(|m| Reply::Size(m.len()))
            }
            Request::Work(job) => job().map(Reply::Bytes),
        };
        let done = move |_: &mut Loop, result: Result<io::Result<Reply>>| {
            let result = result.unwrap_or_else(|error| Err(error.into()));
            ready.borrow_mut().push(Completion { id, result });
        };
        self.uv.queue_work(WorkKind::FastIo, work, done)?;
        Ok(())
    }

    fn poll(
        &mut self,
        timeout: Option<Duration>,
        ready: &mut Vec<Completion>,
    ) -> io::Result<()> {
        match timeout {
            Some(Duration::ZERO) => drop(self.uv.run(RunMode::NoWait)?),
            Some(timeout) => self.sleep(timeout)?,
            None if self.uv.is_alive() => drop(self.uv.run(RunMode::Once)?),
            None => return Err(io::Error::other(NOTHING_TO_WAIT_FOR)),
        }
        ready.append(&mut self.ready.borrow_mut());
        Ok(())
    }
}
// ANCHOR_END: adapter

const NOTHING_TO_WAIT_FOR: &str = "the loop would sleep for ever: nothing can wake it";
