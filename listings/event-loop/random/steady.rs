//! Which programs may be compared at all: those whose output does not depend on how
//! fast the machine is.
//!
//! Node runs on a real clock. A program in which a timer *may* be due at some point, or
//! a file's answer *may* be there, prints this today and that tomorrow, and says
//! nothing about the rebuild. Such races are what has to be kept out:
//!
//! - a timer of a few ms against the next immediate or request. The generator lets
//!   most callbacks that arm one block for [`super::generate::SHORT_WAIT`] ms, so that
//!   it is due for sure when the callback ends;
//! - a request against anything else: likewise [`super::generate::LONG_WAIT`] ms, so
//!   that the answer is there for sure at the next poll;
//! - two timers whose expiries are close, of different durations: one tick of the
//!   clock between the two calls turns them around. Short durations are a few ms,
//!   long ones at least 25 ms apart;
//! - two requests in flight: the pool answers them in any order;
//! - ticks and microtasks that an error left in their queues, against anything that is
//!   not in the same phase. They drain in the next callback scope, and Node opens some
//!   in the poll phase of its own accord, for tasks of V8 (src/node_platform.cc
//!   `PerIsolatePlatformData::RunForegroundTask`);
//! - an immediate without a reference against anything but the next timer: those tasks
//!   wake a poll phase that would have slept.
//!
//! Two kinds of programs are left out for another reason:
//!
//! - modules whose top level throws, or awaits a rejection. The error passes through
//!   promises of Node's loader before it is reported, and how many depends on whether
//!   the module has an `await`; the rebuild knows of one only once it is reached. The
//!   oracle programs `module-throws-hops` and `module-rejects-hops` cover both;
//! - programs that clear an immediate and catch an error in one check phase. When the
//!   next immediate of a generation is a cleared one just after an error, Node itself
//!   fails (lib/internal/timers.js `processImmediate` reads `prevImmediate._idleNext`
//!   before there is one), and fails again each time it handles that error: it never
//!   ends. The rebuild does not copy this.
//!
//! Rules like these are easy to get almost right. So they only make races rare, and
//! this module decides: it runs the program on the rebuild with clocks that creep,
//! stop and stumble, with fast and slow answers, with and without wakeups. If one of
//! them changes the output, the program is not steady, and is not used.

use super::Outcome;
use super::program::Program;
use super::twin::{self, Wakeups};
use event_loop::uv::{Completion, Poll, Reply, Request, RequestId};
use std::cell::Cell;
use std::io;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

/// How long a machine may stop at the worst moment without changing the output.
pub const STALL: Duration = Duration::from_millis(9);
/// A program that polls more often than this on one machine never ends there.
const MAX_POLLS: u32 = 10_000;
/// At how many moments of a program a stall is tried.
const MAX_STALLS: u32 = 200;

/// A clock, and a pool, that behave as badly as real ones.
#[derive(Clone, Copy, Debug, Default)]
struct Machine {
    /// The clock's fraction of a ms at the start.
    offset: Duration,
    /// What every look at the clock costs.
    creep: Duration,
    /// The look at the clock before which the machine stops for [`STALL`].
    stall: Option<u32>,
    /// How long requests of even and odd number take.
    latency: [Duration; 2],
    /// Stumbles: a fraction of looks costs up to 3 ms more.
    stumble: Option<u64>,
    /// Is every other sleep cut short?
    restless: bool,
    /// Callback scopes that nobody asked for.
    wakeups: Wakeups,
}

/// A poll phase on such a machine.
struct Unsteady {
    machine: Machine,
    clock: Cell<Duration>,
    looks: Rc<Cell<u32>>,
    waiting: Vec<(Duration, Completion)>,
    /// When the last request that is not a wakeup is answered.
    last_due: Duration,
    /// Was the last sleep cut short?
    woken: bool,
    polls: u32,
}

impl Poll for Unsteady {
    fn now(&self) -> Duration {
        let look = self.looks.replace(self.looks.get() + 1);
        let mut cost = self.machine.creep;
        if self.machine.stall == Some(look) {
            cost += STALL;
        }
        if let Some(seed) = self.machine.stumble {
            cost += stumble(seed, look);
        }
        self.clock.set(self.clock.get() + cost);
        self.clock.get()
    }

    fn submit(&mut self, id: RequestId, request: Request) -> io::Result<()> {
        let result = match &request {
            Request::Stat(path) if path == Path::new(twin::THERE) => {
                Ok(Reply::Size(twin::SIZE as u64))
            }
            _ => Err(io::Error::from(io::ErrorKind::NotFound)),
        };
        let due = match request {
            // Before any other answer.
            Request::ReadFile(path) if path == Path::new(twin::WAKE_NOW) => {
                Duration::ZERO
            }
            Request::ReadFile(_) => self.last_due,
            _ => {
                let latency = self.machine.latency[(id.get() % 2) as usize];
                self.last_due = self.clock.get() + latency;
                self.last_due
            }
        };
        self.waiting.push((due, Completion { id, result }));
        self.waiting.sort_by_key(|(due, _)| *due);
        Ok(())
    }

    fn poll(
        &mut self,
        timeout: Option<Duration>,
        ready: &mut Vec<Completion>,
    ) -> io::Result<()> {
        self.polls += 1;
        if self.polls > MAX_POLLS {
            return Err(io::Error::other("too many polls"));
        }
        let start = self.clock.get();
        let end = timeout.map(|timeout| start + timeout);
        let next = self.waiting.first().map(|(due, _)| *due);
        let wake = match (end, next) {
            (Some(end), Some(due)) => end.min(due),
            (Some(wake), None) | (None, Some(wake)) => wake,
            (None, None) => return Err(io::Error::other("nothing can wake the loop")),
        };
        if wake > start {
            self.woken = self.machine.restless && !self.woken;
            if !self.woken {
                self.clock.set(wake);
            }
        }
        let due = self
            .waiting
            .partition_point(|(due, _)| *due <= self.clock.get());
        ready.extend(self.waiting.drain(..due).map(|(_, completion)| completion));
        Ok(())
    }

    fn busy(&mut self, time: Duration) {
        self.clock.set(self.clock.get() + time);
    }
}

/// One look in sixteen costs up to 3 ms.
fn stumble(seed: u64, look: u32) -> Duration {
    let random = super::generate::Rng::new(seed, u64::from(look)).next();
    match random.is_multiple_of(16) {
        true => Duration::from_micros((random >> 32) % 3000),
        false => Duration::ZERO,
    }
}

/// The outcome of a program on the rebuild, if it is the same on every machine and the
/// program ends.
pub fn steady_outcome(program: &Program) -> Option<Outcome> {
    let expected = twin::run(program);
    if matches!(expected.code, twin::ENDLESS | twin::LEFT_OUT) {
        return None;
    }
    let looks = Rc::new(Cell::new(0));
    let same = |machine: Machine| {
        looks.set(0);
        let poll = Unsteady {
            machine,
            clock: Cell::new(machine.offset),
            looks: Rc::clone(&looks),
            waiting: Vec::new(),
            last_due: Duration::ZERO,
            woken: false,
            polls: 0,
        };
        let same = twin::run_with(program, poll, machine.wakeups) == expected;
        same.then(|| looks.get())
    };
    for machine in machines() {
        same(machine)?;
    }
    let usual = Machine {
        creep: Duration::from_micros(20),
        latency: [Duration::from_micros(400); 2],
        ..Machine::default()
    };
    for stall in 0..same(usual)?.min(MAX_STALLS) {
        let stall = Some(stall);
        same(Machine { stall, ..usual })?;
    }
    Some(expected)
}

fn machines() -> Vec<Machine> {
    let mut machines = Vec::new();
    let latencies = [[50, 50], [3000, 3000], [9000, 9000], [50, 9000], [9000, 50]];
    for latency in latencies.map(|pair| pair.map(Duration::from_micros)) {
        for (offset, creep) in [(0, 0), (970, 10), (500, 110)] {
            machines.push(Machine {
                offset: Duration::from_micros(offset),
                creep: Duration::from_micros(creep),
                latency,
                ..Machine::default()
            });
        }
    }
    let stumbling = (1..=12).map(|seed| Machine {
        offset: Duration::from_micros(seed * 77),
        creep: Duration::from_micros(15),
        stumble: Some(seed),
        latency: [Duration::from_micros(seed * 100); 2],
        ..Machine::default()
    });
    machines.extend(stumbling);
    for wakeups in [Wakeups::AfterErrors, Wakeups::AfterRequests] {
        machines.push(Machine {
            wakeups,
            ..Machine::default()
        });
    }
    for latency in [0, 2].map(Duration::from_millis) {
        machines.push(Machine {
            restless: true,
            latency: [latency; 2],
            ..Machine::default()
        });
    }
    machines
}
