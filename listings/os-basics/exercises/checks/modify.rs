//! Modifications: against a source and a kernel that misbehave as real ones do.

use std::collections::{BTreeSet, VecDeque};
use std::io::{self, ErrorKind, Read};

/// What [`check_read_all`] checks.
type ReadAll = fn(&mut Moody, &mut dyn FnMut()) -> Result<Vec<u8>, ErrorKind>;

/// A descriptor that answers as its script says, then ends.
pub struct Moody(VecDeque<Result<Vec<u8>, ErrorKind>>);

impl Read for Moody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.pop_front() {
            None => Ok(0),
            Some(Err(kind)) => Err(kind.into()),
            Some(Ok(mut bytes)) => {
                let n = bytes.len().min(buffer.len());
                buffer[..n].copy_from_slice(&bytes[..n]);
                let rest = bytes.split_off(n);
                if !rest.is_empty() {
                    self.0.push_front(Ok(rest));
                }
                Ok(n)
            }
        }
    }
}

pub fn check_read_all(read_all: ReadAll) -> Result<(), String> {
    let piece = |text: &str| Ok(text.as_bytes().to_vec());
    let (interrupted, nothing) =
        (Err(ErrorKind::Interrupted), Err(ErrorKind::WouldBlock));
    let long = "x".repeat(300_000);
    for (what, script, bytes, waits) in [
        ("one piece", vec![piece("all of it")], "all of it", 0),
        (
            "three pieces",
            vec![piece("in "), piece("three "), piece("pieces")],
            "in three pieces",
            0,
        ),
        (
            "an interruption",
            vec![piece("a"), interrupted.clone(), piece("b")],
            "ab",
            0,
        ),
        (
            "nothing yet",
            vec![
                nothing.clone(),
                piece("a"),
                nothing.clone(),
                nothing,
                piece("b"),
            ],
            "ab",
            3,
        ),
        ("a lot", vec![piece(&long), interrupted], long.as_str(), 0),
        ("the end at once", vec![], "", 0),
    ] {
        let mut waited = 0;
        let read = read_all(&mut Moody(script.into()), &mut || waited += 1);
        let read = read.map_err(|kind| format!("{what}: it gives up with {kind:?}"))?;
        if read != bytes.as_bytes() {
            let (read, wanted) = (read.len(), bytes.len());
            return Err(format!("{what}: it returns {read} bytes, not all {wanted}"));
        }
        if waited != waits {
            return Err(format!("{what}: it waits {waited} times, not {waits}"));
        }
    }
    let broken = vec![piece("a"), Err(ErrorKind::ConnectionReset), piece("b")];
    match read_all(&mut Moody(broken.into()), &mut || {}) {
        Err(ErrorKind::ConnectionReset) => Ok(()),
        other => Err(format!(
            "a connection that is reset is no end, but {other:?}"
        )),
    }
}

/// The connections that are being served, by descriptor.
pub type Connections = Vec<i32>;

/// As much of a kernel as a server sees: a few descriptors, a queue of connections.
pub struct Kernel {
    free: BTreeSet<i32>,
    waiting: u32,
    /// Descriptors of connections that were accepted.
    accepted: BTreeSet<i32>,
    refused: u32,
    /// How often it may be asked before we say that it turns for ever.
    patience: u32,
}

impl Kernel {
    fn new(descriptors: i32, waiting: u32) -> Kernel {
        Kernel {
            free: (0..descriptors).collect(),
            waiting,
            accepted: BTreeSet::new(),
            refused: 0,
            patience: 1000,
        }
    }

    /// Waits until somebody wants to connect; `false` if nobody ever will.
    pub fn wait_readable(&mut self) -> bool {
        self.patience = self.patience.saturating_sub(1);
        self.waiting > 0 && self.patience > 0
    }

    /// The next connection. `Err` is EMFILE (24), and it stays in the queue.
    pub fn accept(&mut self) -> Result<i32, i32> {
        if self.waiting == 0 {
            return Err(11);
        }
        let fd = self.free.pop_first().ok_or(24)?;
        self.waiting -= 1;
        self.accepted.insert(fd);
        Ok(fd)
    }

    /// Opens /dev/null.
    pub fn open_null(&mut self) -> Result<i32, i32> {
        self.free.pop_first().ok_or(24)
    }

    /// Closes a descriptor.
    pub fn close(&mut self, fd: i32) {
        self.refused += u32::from(self.accepted.remove(&fd));
        self.free.insert(fd);
    }
}

pub fn check_reserve(serve: fn(&mut Kernel, &mut Connections)) -> Result<(), String> {
    // Descriptors, who comes, who can be served if one is kept in reserve.
    for (descriptors, come, served) in [(10, 5, 5), (10, 9, 9), (10, 40, 9), (1, 3, 0)]
    {
        let mut kernel = Kernel::new(descriptors, come);
        let mut connections = Connections::new();
        serve(&mut kernel, &mut connections);
        let case = format!("{descriptors} descriptors, {come} connections");
        if kernel.waiting > 0 {
            let (waiting, turns) = (kernel.waiting, 1000 - kernel.patience);
            return Err(format!("{case}: after {turns} turns {waiting} still wait"));
        }
        let right = connections.iter().collect::<BTreeSet<_>>().len() == served
            && connections.iter().all(|fd| kernel.accepted.contains(fd))
            && kernel.refused == come - served as u32;
        if !right {
            let (has, refused) = (connections.len(), kernel.refused);
            return Err(format!(
                "{case}: it serves {has} and refuses {refused}, not {served} and {}",
                come - served as u32
            ));
        }
    }
    Ok(())
}
