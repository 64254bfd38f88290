//! The real poll phase: epoll to sleep in, an eventfd to be woken by, a pool to do the
//! work (libuv: src/unix/linux.c `uv__io_poll`, src/unix/async.c).

#[cfg(target_os = "linux")]
pub use linux::Epoll;
#[cfg(not(target_os = "linux"))]
pub use other::Epoll;

/// Threads in the pool unless told otherwise (libuv: `default_threads`).
const DEFAULT_THREADS: usize = 4;

#[cfg(target_os = "linux")]
mod linux {
    use crate::uv::{Completion, Poll, Pool, Request, RequestId};
    use rustix::event::{EventfdFlags, Timespec, epoll, eventfd};
    use rustix::fd::OwnedFd;
    use std::io;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    /// A poll phase on the real clock, whose requests go to a thread pool.
    pub struct Epoll {
        start: Instant,
        epoll: OwnedFd,
        /// Becomes readable when the pool has an answer (libuv: `wq_async`).
        wakeup: Arc<OwnedFd>,
        pool: Pool,
    }

    impl Epoll {
        /// With a pool of 4 threads, which start with the first request.
        ///
        /// # Errors
        /// Fails when the process has no descriptor left.
        pub fn new() -> io::Result<Self> {
            Self::with_threads(super::DEFAULT_THREADS)
        }

        /// With a pool of that many threads, from 1 to 1024.
        ///
        /// # Errors
        /// Fails when the process has no descriptor left.
        pub fn with_threads(threads: usize) -> io::Result<Self> {
            let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
            let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
            let wakeup = Arc::new(eventfd(0, flags)?);
            let data = epoll::EventData::new_u64(0);
            epoll::add(&epoll, &*wakeup, data, epoll::EventFlags::IN)?;
            let waker = Arc::clone(&wakeup);
            let wake = move || {
                // A counter: it only fails when it is full, and then it is readable.
                let _ = rustix::io::write(&*waker, &1_u64.to_ne_bytes());
            };
            Ok(Epoll {
                start: Instant::now(),
                epoll,
                wakeup,
                pool: Pool::new(threads, wake),
            })
        }

        /// How many threads the pool runs. None before the first request.
        pub fn threads(&self) -> usize {
            self.pool.threads()
        }

        /// Sleeps until the eventfd is readable. A signal ends the sleep too: the loop
        /// then takes another turn. Says whether the eventfd is readable.
        fn sleep(&self, timeout: Option<Duration>) -> io::Result<bool> {
            let timeout = timeout.map(|time| Timespec {
                tv_sec: time.as_secs().try_into().unwrap_or(i64::MAX),
                tv_nsec: time.subsec_nanos().into(),
            });
            let mut events = [std::mem::MaybeUninit::<epoll::Event>::uninit(); 1];
            let waited = epoll::wait(&self.epoll, &mut events, timeout.as_ref());
            match waited {
                Ok((events, _)) => Ok(!events.is_empty()),
                Err(rustix::io::Errno::INTR) => Ok(false),
                Err(errno) => Err(errno.into()),
            }
        }
    }

    impl Poll for Epoll {
        fn now(&self) -> Duration {
            self.start.elapsed()
        }

        fn submit(&mut self, id: RequestId, request: Request) -> io::Result<()> {
            self.pool.submit(id, request)
        }

        fn poll(
            &mut self,
            timeout: Option<Duration>,
            ready: &mut Vec<Completion>,
        ) -> io::Result<()> {
            if !self.sleep(timeout)? {
                return Ok(());
            }
            // Reset the counter before taking the answers: an answer that comes in
            // between leaves it readable, and is found by the next call at the latest.
            match rustix::io::read(&*self.wakeup, &mut [0_u8; 8]) {
                Ok(_) | Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => {}
                Err(errno) => return Err(errno.into()),
            }
            ready.extend(self.pool.take_done());
            Ok(())
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use crate::uv::{Completion, Poll, Request, RequestId};
    use std::io;
    use std::time::Duration;

    /// The real poll phase, which exists on Linux only.
    pub struct Epoll(std::convert::Infallible);

    impl Epoll {
        /// Fails.
        ///
        /// # Errors
        /// Always, on this system.
        pub fn new() -> io::Result<Self> {
            Self::with_threads(super::DEFAULT_THREADS)
        }

        /// Fails.
        ///
        /// # Errors
        /// Always, on this system.
        pub fn with_threads(_threads: usize) -> io::Result<Self> {
            let message = "the real poll phase needs Linux (epoll, eventfd): \
                           use uv::Simulated here";
            Err(io::Error::new(io::ErrorKind::Unsupported, message))
        }

        /// There is no pool.
        pub fn threads(&self) -> usize {
            match self.0 {}
        }
    }

    impl Poll for Epoll {
        fn now(&self) -> Duration {
            match self.0 {}
        }

        fn submit(&mut self, _: RequestId, _: Request) -> io::Result<()> {
            match self.0 {}
        }

        fn poll(
            &mut self,
            _: Option<Duration>,
            _: &mut Vec<Completion>,
        ) -> io::Result<()> {
            match self.0 {}
        }
    }
}
