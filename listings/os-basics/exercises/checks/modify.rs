//! Modifications: against a source and a kernel that misbehave as real ones do.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
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
    /// The clients in the queue, by their numbers, and whether they are still there.
    waiting: VecDeque<(u32, bool)>,
    /// Which client is behind a descriptor.
    accepted: BTreeMap<i32, u32>,
    refused: u32,
    /// How often it may be asked before we say that it turns for ever.
    patience: u32,
}

impl Kernel {
    /// Of the clients, numbered from 0, those in `gone` have given up in the queue.
    fn new(descriptors: i32, clients: u32, gone: &[u32]) -> Kernel {
        let client = |i| (i, !gone.contains(&i));
        Kernel {
            free: (0..descriptors).collect(),
            waiting: (0..clients).map(client).collect(),
            accepted: BTreeMap::new(),
            refused: 0,
            patience: 1000,
        }
    }

    /// Waits until somebody wants to connect; `false` if nobody ever will.
    pub fn wait_readable(&mut self) -> bool {
        self.patience = self.patience.saturating_sub(1);
        !self.waiting.is_empty() && self.patience > 0
    }

    /// The next connection. `Err` is EMFILE (24), and it stays in the queue; EAGAIN (11),
    /// and there is none; ECONNABORTED (103), and it was one that is there no more.
    pub fn accept(&mut self) -> Result<i32, i32> {
        if self.waiting.is_empty() {
            return Err(11);
        }
        let fd = self.free.pop_first().ok_or(24)?;
        match self.waiting.pop_front() {
            Some((client, true)) => {
                self.accepted.insert(fd, client);
                Ok(fd)
            }
            _ => {
                self.free.insert(fd);
                Err(103)
            }
        }
    }

    /// Opens /dev/null.
    pub fn open_null(&mut self) -> Result<i32, i32> {
        self.free.pop_first().ok_or(24)
    }

    /// Closes a descriptor.
    pub fn close(&mut self, fd: i32) {
        self.refused += u32::from(self.accepted.remove(&fd).is_some());
        self.free.insert(fd);
    }
}

pub fn check_reserve(serve: fn(&mut Kernel, &mut Connections)) -> Result<(), String> {
    // Descriptors, clients, those who gave up, those who are to be served: all but one
    // descriptor, and the first who came.
    type Clients = &'static [u32];
    let cases: [(i32, u32, Clients, Clients); 5] = [
        (10, 5, &[], &[0, 1, 2, 3, 4]),
        (6, 5, &[], &[0, 1, 2, 3, 4]),
        (6, 40, &[], &[0, 1, 2, 3, 4]),
        (1, 3, &[], &[]),
        (6, 9, &[1, 4, 7], &[0, 2, 3, 5, 6]),
    ];
    for (descriptors, come, gone, served) in cases {
        let mut kernel = Kernel::new(descriptors, come, gone);
        let mut connections = Connections::new();
        serve(&mut kernel, &mut connections);
        let mut case = format!("{descriptors} descriptors, clients 0 to {}", come - 1);
        if !gone.is_empty() {
            case += &format!(", of whom {gone:?} gave up in the queue");
        }
        if !kernel.waiting.is_empty() {
            let (waiting, turns) = (kernel.waiting.len(), 1000 - kernel.patience);
            return Err(format!("{case}: after {turns} turns {waiting} still wait"));
        }
        let client = |fd: &i32| kernel.accepted.get(fd).copied();
        let Some(has) = connections.iter().map(client).collect::<Option<Vec<_>>>()
        else {
            return Err(format!("{case}: it serves one that it has closed"));
        };
        let right: BTreeSet<u32> = served.iter().copied().collect();
        let refuse = come - (gone.len() + served.len()) as u32;
        let refused = kernel.refused;
        if has.len() != right.len()
            || has.iter().copied().collect::<BTreeSet<u32>>() != right
            || refused != refuse
        {
            return Err(format!(
                "{case}: it serves {has:?} and refuses {refused}, not {served:?} and \
                 {refuse}"
            ));
        }
    }
    Ok(())
}
