//! The host: everything that belongs to the process and not to the heap.
//!
//! Nothing in here is ever part of a snapshot. Where JavaScript needs one of these
//! things it asks through a binding, each time.

use crate::options::Options;
use std::collections::BTreeMap;
use std::fs::{File, ReadDir};
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::time::{Duration, Instant, SystemTime};

/// The bytes of a stream that are kept; what comes after is dropped.
pub const MAX_KEPT: usize = 1 << 20;
/// Files and directories open at a time.
pub const MAX_OPEN: usize = 256;

// ANCHOR: host
/// What the process has: arguments, environment, clock, chance, whatever is open.
pub struct Host {
    pub options: Options,
    /// `process.env`, which this process may change for itself.
    pub environment: BTreeMap<String, String>,
    pub exec_path: String,
    pub pid: u32,
    pub started: Instant,
    /// The one alarm behind all timers, like the `uv_timer_t` of Node's Environment.
    pub alarm: Alarm,
    pub files: BTreeMap<i32, File>,
    pub handles: Vec<Option<ReadDir>>,
    pub stdout: Output,
    pub stderr: Output,
    random: u64,
    // ANCHOR_END: host
    /// A snapshot is being built.
    pub building_snapshot: bool,
    /// No files, no processes: for code that nobody vouches for.
    pub isolated: bool,
    /// Other texts for built-in modules, by id: to break them, for example.
    pub replaced: BTreeMap<String, String>,
    pub phases: Vec<Phase>,
}

#[derive(Default)]
pub struct Alarm {
    pub due: Option<Instant>,
    /// Whether it keeps the process alive.
    pub referenced: bool,
    /// Whether immediates wait.
    pub immediates: bool,
}

/// Where a stream goes.
pub enum Output {
    Inherited,
    /// Kept, to be looked at: whole writes, up to [`MAX_KEPT`].
    Kept(String),
}

impl Output {
    fn write(&mut self, text: &str, inherited: &mut impl Write) {
        match self {
            Output::Kept(kept) if kept.len() + text.len() > MAX_KEPT => {}
            Output::Kept(kept) => kept.push_str(text),
            Output::Inherited => {
                let written = inherited.write_all(text.as_bytes());
                // Nothing can be said on a broken stream.
                let _ = written.and_then(|()| inherited.flush());
            }
        }
    }

    /// What was written, if it is kept.
    pub fn kept(&self) -> &str {
        match self {
            Output::Kept(kept) => kept,
            Output::Inherited => "",
        }
    }
}

/// A part of the start that is over.
#[derive(Clone, Debug)]
pub struct Phase {
    pub name: String,
    /// Since the host was made.
    pub ended: Duration,
    /// What there is to say about it; may be empty.
    pub detail: String,
}

impl Host {
    /// The host of this process.
    pub fn of_process(options: Options) -> Host {
        // A variable that is not Unicode must not keep a program from starting.
        let environment = std::env::vars_os().filter_map(|(key, value)| {
            Some((key.into_string().ok()?, value.into_string().ok()?))
        });
        let exec_path = std::env::current_exe().unwrap_or_default();
        Host {
            environment: environment.collect(),
            exec_path: exec_path.to_string_lossy().into_owned(),
            pid: std::process::id(),
            stdout: Output::Inherited,
            stderr: Output::Inherited,
            isolated: false,
            ..Host::isolated(options)
        }
    }

    /// A host without environment, files or processes; what it prints is kept.
    pub fn isolated(options: Options) -> Host {
        Host {
            options,
            environment: BTreeMap::new(),
            exec_path: "/usr/bin/bootstrap".into(),
            pid: 1,
            started: Instant::now(),
            alarm: Alarm::default(),
            files: BTreeMap::new(),
            handles: Vec::new(),
            stdout: Output::Kept(String::new()),
            stderr: Output::Kept(String::new()),
            random: RandomState::new().hash_one(0) | 1,
            building_snapshot: false,
            isolated: true,
            replaced: BTreeMap::new(),
            phases: Vec::new(),
        }
    }

    /// Milliseconds since 1970.
    pub fn unix_time(&self) -> f64 {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(0.0, |since| since.as_millis() as f64)
    }

    /// From 0 to below 1; xorshift64*, seeded anew in each process.
    pub fn random(&mut self) -> f64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        let bits = self.random.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11;
        bits as f64 / (1_u64 << 53) as f64
    }

    /// Writes to stdout; a reader that went away is no error of ours.
    pub fn print(&mut self, text: &str) {
        self.stdout.write(text, &mut std::io::stdout());
    }

    /// Writes a line to stderr.
    pub fn complain(&mut self, line: &str) {
        self.stderr
            .write(&format!("{line}\n"), &mut std::io::stderr());
    }

    /// Opens a directory as a handle; the number that stands for it.
    pub fn hold(&mut self, directory: ReadDir) -> u32 {
        self.handles.push(Some(directory));
        (self.handles.len() - 1) as u32
    }

    /// Notes that a phase of the start has ended.
    pub fn phase(&mut self, name: impl Into<String>, detail: impl Into<String>) {
        self.phases.push(Phase {
            name: name.into(),
            ended: self.started.elapsed(),
            detail: detail.into(),
        });
    }
}
