//! What only Linux has: epoll and the eventfd (libuv: src/unix/linux.c).

use crate::slots::Id;

#[cfg(target_os = "linux")]
pub(crate) use linux::{Poller, Wakeup, is_out_of_descriptors};
#[cfg(not(target_os = "linux"))]
pub(crate) use other::{Poller, Wakeup, is_out_of_descriptors};

/// What somebody wants to hear of a socket, or is told of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Interest {
    pub read: bool,
    pub write: bool,
}

impl Interest {
    pub fn is_empty(self) -> bool {
        !self.read && !self.write
    }
}

/// What the kernel says of a socket.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ready {
    pub read: bool,
    pub write: bool,
    /// Broken or hung up: whoever reads or writes will hear how.
    pub broken: bool,
}

/// Something that is ready: a handle, or the eventfd.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub id: Option<Id>,
    pub ready: Ready,
}

#[cfg(target_os = "linux")]
mod linux {
    use super::{Event, Interest, Ready};
    use crate::slots::Id;
    use rustix::buffer::spare_capacity;
    use rustix::event::epoll::{self, EventFlags};
    use rustix::event::{EventfdFlags, Timespec, eventfd};
    use rustix::fd::{AsFd, OwnedFd};
    use rustix::io::Errno;
    use std::io;
    use std::time::Duration;

    /// Events that one call brings at most, as in libuv.
    const BATCH: usize = 1024;
    /// No id of a handle: the eventfd.
    const WAKEUP: u64 = u64::MAX;

    /// The descriptor that a sleeping loop is woken by.
    pub(crate) struct Wakeup(OwnedFd);

    impl Wakeup {
        pub fn new() -> io::Result<Wakeup> {
            let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
            Ok(Wakeup(eventfd(0, flags)?))
        }

        /// From any thread.
        pub fn wake(&self) {
            // It fails when the counter is full, and then it is readable anyway.
            while rustix::io::write(&self.0, &1_u64.to_ne_bytes()) == Err(Errno::INTR) {
            }
        }

        pub fn reset(&self) {
            while rustix::io::read(&self.0, &mut [0_u8; 8]) == Err(Errno::INTR) {}
        }
    }

    pub(crate) struct Poller {
        epoll: OwnedFd,
        raw: Vec<epoll::Event>,
        events: Vec<Event>,
    }

    impl Poller {
        pub fn new(wakeup: &Wakeup) -> io::Result<Poller> {
            let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
            let data = epoll::EventData::new_u64(WAKEUP);
            epoll::add(&epoll, &wakeup.0, data, EventFlags::IN)?;
            Ok(Poller {
                epoll,
                raw: Vec::with_capacity(BATCH),
                events: Vec::with_capacity(BATCH),
            })
        }

        // ANCHOR: tell
        /// Level-triggered: the kernel repeats itself as long as it is true.
        pub fn tell(
            &self,
            socket: impl AsFd,
            id: Id,
            known: Interest,
            wanted: Interest,
        ) -> io::Result<()> {
            if known == wanted {
                return Ok(());
            }
            let data = epoll::EventData::new_u64(id.to_u64());
            let mut flags = EventFlags::empty();
            flags.set(EventFlags::IN, wanted.read);
            flags.set(EventFlags::OUT, wanted.write);
            if wanted.is_empty() {
                // Not "watch for nothing": a hang-up would be reported all the same.
                epoll::delete(&self.epoll, socket)?;
            } else if known.is_empty() {
                epoll::add(&self.epoll, socket, data, flags)?;
            } else {
                epoll::modify(&self.epoll, socket, data, flags)?;
            }
            Ok(())
        }
        // ANCHOR_END: tell

        /// Sleeps. How many events came; [`Poller::take_events`] has them.
        pub fn wait(&mut self, timeout: Option<Duration>) -> io::Result<usize> {
            let timeout = timeout.map(|time| Timespec {
                tv_sec: time.as_secs().try_into().unwrap_or(i64::MAX),
                tv_nsec: time.subsec_nanos().into(),
            });
            self.raw.clear();
            let into = spare_capacity(&mut self.raw);
            let count = epoll::wait(&self.epoll, into, timeout.as_ref())?;
            self.events.clear();
            self.events.extend(self.raw.iter().map(|event| {
                let (data, flags) = (event.data, event.flags);
                let is = |flag| flags.contains(flag);
                Event {
                    id: (data.u64() != WAKEUP).then(|| Id::from_u64(data.u64())),
                    ready: Ready {
                        read: is(EventFlags::IN),
                        write: is(EventFlags::OUT),
                        broken: is(EventFlags::ERR) || is(EventFlags::HUP),
                    },
                }
            }));
            Ok(count)
        }

        /// The events, so that the loop can call back while it goes through them.
        pub fn take_events(&mut self) -> Vec<Event> {
            std::mem::take(&mut self.events)
        }

        /// Keeps the memory for the next time. Says whether the batch was full.
        pub fn give_back(&mut self, events: Vec<Event>) -> bool {
            self.events = events;
            self.events.len() == BATCH
        }
    }

    pub(crate) fn is_out_of_descriptors(error: &io::Error) -> bool {
        let code = error.raw_os_error();
        [Errno::MFILE, Errno::NFILE]
            .iter()
            .any(|e| code == Some(e.raw_os_error()))
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    use super::{Event, Interest};
    use crate::slots::Id;
    use std::convert::Infallible;
    use std::io;
    use std::time::Duration;

    pub(crate) struct Wakeup(Infallible);

    impl Wakeup {
        pub fn new() -> io::Result<Wakeup> {
            let message = "mini-uv needs Linux (epoll, eventfd)";
            Err(io::Error::new(io::ErrorKind::Unsupported, message))
        }

        pub fn wake(&self) {
            match self.0 {}
        }

        pub fn reset(&self) {
            match self.0 {}
        }
    }

    pub(crate) struct Poller(Infallible);

    impl Poller {
        pub fn new(wakeup: &Wakeup) -> io::Result<Poller> {
            match wakeup.0 {}
        }

        pub fn tell<S>(&self, _: S, _: Id, _: Interest, _: Interest) -> io::Result<()> {
            match self.0 {}
        }

        pub fn wait(&mut self, _: Option<Duration>) -> io::Result<usize> {
            match self.0 {}
        }

        pub fn take_events(&mut self) -> Vec<Event> {
            match self.0 {}
        }

        pub fn give_back(&mut self, _: Vec<Event>) -> bool {
            match self.0 {}
        }
    }

    pub(crate) fn is_out_of_descriptors(_: &io::Error) -> bool {
        false
    }
}
