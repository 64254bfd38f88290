//! The access log: a line for each request, written by a thread of its own.

use crate::date;
use crate::metrics::{Counters, count};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::mpsc::{
    Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel,
};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Lines that may wait to be written.
const WAITING: usize = 4096;
/// Characters of a request line that are written.
const LINE: usize = 300;

/// Where lines go. A slow disk never holds up an answer: lines that do not fit any more
/// are dropped and counted.
#[derive(Clone, Debug, Default)]
pub struct AccessLog(Option<Arc<Writer>>);

#[derive(Debug)]
struct Writer {
    lines: Option<SyncSender<String>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What a line tells.
pub(crate) struct Entry {
    pub peer: SocketAddr,
    /// The request line, as the peer sent it.
    pub line: Vec<u8>,
    pub status: u16,
    /// Bytes of content that were sent; none if the answer broke off.
    pub bytes: Option<u64>,
    pub took: Duration,
}

impl AccessLog {
    /// Starts the thread that writes to `out`. It has written everything when the last
    /// copy of the log is dropped.
    ///
    /// # Errors
    /// There can be no further thread.
    pub fn to(out: impl Write + Send + 'static) -> io::Result<AccessLog> {
        let (sender, lines) = sync_channel(WAITING);
        let writer = thread::Builder::new().name("access-log".into());
        let thread = writer.spawn(move || write_all(out, &lines))?;
        Ok(AccessLog(Some(Arc::new(Writer {
            lines: Some(sender),
            thread: Mutex::new(Some(thread)),
        }))))
    }

    /// Whether anybody wants lines.
    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// A line, if anybody wants it.
    pub(crate) fn write(&self, counters: &Counters, entry: impl FnOnce() -> Entry) {
        let Some(lines) = self.0.as_ref().and_then(|w| w.lines.as_ref()) else {
            return;
        };
        if let Err(TrySendError::Full(_)) = lines.try_send(line(&entry())) {
            count(&counters.log_dropped_total);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.lines = None;
        let thread = self
            .thread
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            // A writer that panicked has nothing more to write.
            let _ = thread.join();
        }
    }
}

/// Collects lines while they come, and writes them when there is a pause. What cannot be
/// written is lost: there is nobody to tell.
fn write_all(out: impl Write, lines: &Receiver<String>) {
    let mut out = io::BufWriter::with_capacity(64 << 10, out);
    loop {
        match lines.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => drop(out.write_all(line.as_bytes())),
            Err(RecvTimeoutError::Timeout) => drop(out.flush()),
            Err(RecvTimeoutError::Disconnected) => return drop(out.flush()),
        }
    }
}

// ANCHOR: log-line
/// `1764090000.123 127.0.0.1 "GET / HTTP/1.1" 200 512 0.000041`: seconds since 1970,
/// who, what, the answer, bytes of content (`-` if it broke off), seconds it took. What
/// a peer sent is escaped: it could write lines of its own, or to your terminal.
fn line(entry: &Entry) -> String {
    let now = date::since_1970();
    let mut line = format!(
        "{}.{:03} {} \"",
        now.as_secs(),
        now.subsec_millis(),
        entry.peer.ip()
    );
    for byte in entry.line.iter().take(LINE) {
        let _ = write!(line, "{}", byte.escape_ascii());
    }
    let more = if entry.line.len() > LINE { "…" } else { "" };
    let (status, took) = (entry.status, entry.took.as_secs_f64());
    let bytes = entry.bytes.map_or("-".into(), |bytes| bytes.to_string());
    let _ = writeln!(line, "{more}\" {status} {bytes} {took:.6}");
    line
}
// ANCHOR_END: log-line

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Metrics;

    fn entry(text: &[u8]) -> Entry {
        Entry {
            peer: SocketAddr::from(([127, 0, 0, 1], 1)),
            line: text.to_vec(),
            status: 200,
            bytes: Some(5),
            took: Duration::from_micros(41),
        }
    }

    #[test]
    fn a_line_is_one_line_whatever_the_peer_sent() {
        let line = line(&entry(b"GET /\"\r\n\x1b[31m\xff HTTP/1.1"));
        let rest = line.split_once(' ').unwrap().1;
        let wanted =
            "127.0.0.1 \"GET /\\\"\\r\\n\\x1b[31m\\xff HTTP/1.1\" 200 5 0.000041\n";
        assert_eq!(rest, wanted);
    }

    #[test]
    fn what_broke_off_has_no_length() {
        let entry = Entry {
            bytes: None,
            ..entry(b"GET / HTTP/1.1")
        };
        assert!(line(&entry).ends_with("HTTP/1.1\" 200 - 0.000041\n"));
    }

    #[test]
    fn a_long_line_is_cut() {
        let line = line(&entry(&[b'a'; 8000]));
        assert!(line.len() < 400 && line.contains("a…\" 200"), "{line}");
    }

    /// A disk that does not write until it may.
    struct Stuck(Receiver<()>, std::sync::mpsc::Sender<usize>);

    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.0.recv();
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
            let _ = self.1.send(lines);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_stuck_disk_drops_lines_and_holds_nobody_up() {
        let (free, stuck) = std::sync::mpsc::channel();
        let (written, lines) = std::sync::mpsc::channel();
        let log = AccessLog::to(Stuck(stuck, written)).unwrap();
        let metrics = Metrics::default();
        let counters = metrics.worker();
        let all = 4 * WAITING as u64;
        for _ in 0..all {
            log.write(&counters, || entry(b"GET / HTTP/1.1"));
        }
        let dropped = metrics.snapshot().log_dropped_total;
        assert!(dropped > 0, "the channel has no end");
        drop(free);
        drop(log);
        let kept: usize = lines.iter().sum();
        assert_eq!(kept as u64 + dropped, all);
    }
}
