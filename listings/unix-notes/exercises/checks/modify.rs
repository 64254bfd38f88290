//! Modifications: where descriptors lead, and what arrives.

use std::collections::VecDeque;

/// Where a descriptor leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Terminal,
    File(&'static str),
}

/// `fd>file`, `fd>&of`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirect {
    To(usize, &'static str),
    Copy { fd: usize, of: usize },
}

type Apply = fn(&[Redirect]) -> [Target; 3];

/// What sh does with `> log 2>&1`, `2>&1 > log`, and more.
pub fn redirects(apply: Apply) -> Result<(), String> {
    use Redirect::{Copy, To};
    use Target::{File, Terminal};
    let copy = Copy { fd: 2, of: 1 };
    for (line, redirects, wanted) in [
        ("", vec![], [Terminal; 3]),
        (
            "> log",
            vec![To(1, "log")],
            [Terminal, File("log"), Terminal],
        ),
        (
            "> log 2>&1",
            vec![To(1, "log"), copy],
            [Terminal, File("log"), File("log")],
        ),
        (
            "2>&1 > log",
            vec![copy, To(1, "log")],
            [Terminal, File("log"), Terminal],
        ),
        (
            "> a 2>&1 > b",
            vec![To(1, "a"), copy, To(1, "b")],
            [Terminal, File("b"), File("a")],
        ),
        (
            "2> e 1>&2 2> f",
            vec![To(2, "e"), Copy { fd: 1, of: 2 }, To(2, "f")],
            [Terminal, File("e"), File("f")],
        ),
    ] {
        let mine = apply(&redirects);
        if mine != wanted {
            return Err(format!(
                "`{line}`: yours leads to {mine:?}, sh's to {wanted:?}"
            ));
        }
    }
    Ok(())
}

/// A descriptor that does not block, as write(2) has it.
#[derive(Debug, Default)]
pub struct Sink {
    /// What the next writes answer: so many bytes taken, or an error.
    answers: VecDeque<Result<usize, std::io::ErrorKind>>,
    pub arrived: Vec<u8>,
    waits: usize,
    ready: bool,
}

impl Sink {
    /// write(2): the number of bytes taken, which may be fewer than there are;
    /// `WouldBlock` (EAGAIN), `Interrupted` (EINTR), `BrokenPipe` (EPIPE).
    pub fn write(&mut self, bytes: &[u8]) -> Result<usize, std::io::ErrorKind> {
        if !self.ready {
            panic!("it would spin: after EAGAIN, wait for the descriptor");
        }
        match self.answers.pop_front().unwrap_or(Ok(bytes.len())) {
            Ok(n) => {
                let n = n.min(bytes.len());
                self.arrived.extend(&bytes[..n]);
                Ok(n)
            }
            Err(error) => {
                self.ready = error != std::io::ErrorKind::WouldBlock;
                Err(error)
            }
        }
    }

    /// poll(2): returns when it can be written to again.
    pub fn wait(&mut self) {
        self.waits += 1;
        self.ready = true;
    }
}

type WriteAll = fn(&mut Sink, &[u8]) -> Result<(), std::io::ErrorKind>;

/// Descriptors in several moods.
pub fn short_writes(write_all: WriteAll) -> Result<(), String> {
    use std::io::ErrorKind::{BrokenPipe, Interrupted, WouldBlock};
    let text: Vec<u8> = (0..100).collect();
    for (mood, answers, wanted) in [
        ("takes all at once", vec![], Ok(())),
        ("takes 10 bytes, then the rest", vec![Ok(10)], Ok(())),
        (
            "is full once",
            vec![Ok(50), Err(WouldBlock), Ok(50)],
            Ok(()),
        ),
        (
            "is interrupted by a signal",
            vec![Err(Interrupted), Ok(1)],
            Ok(()),
        ),
        (
            "is closed halfway",
            vec![Ok(50), Err(BrokenPipe)],
            Err(BrokenPipe),
        ),
    ] {
        let blocks = answers.iter().filter(|a| **a == Err(WouldBlock)).count();
        let mut sink = Sink {
            answers: answers.into(),
            ready: true,
            ..Sink::default()
        };
        let result = write_all(&mut sink, &text);
        let all = if wanted.is_ok() { 100 } else { 50 };
        if result != wanted || sink.arrived != text[..all] {
            let n = sink.arrived.len();
            return Err(format!(
                "A descriptor that {mood}: {n} bytes arrived and the answer is \
                 {result:?}; it should be {all} and {wanted:?}"
            ));
        }
        if sink.waits != blocks {
            return Err(format!(
                "A descriptor that {mood}: you wait {} times, and should {blocks} times. \
                 Only EAGAIN says that there is something to wait for.",
                sink.waits
            ));
        }
    }
    Ok(())
}
