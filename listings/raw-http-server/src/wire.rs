//! One connection's bytes: read into requests, and written with patience.

use crate::body::{BodyError, Source};
use crate::config::Config;
use crate::connection::Life;
use crate::metrics::{Counters, add, change, count};
use crate::patience::{Alarm, Budget, after};
use crate::transport::{PIECE, Piece, Transport, read_warm};
use bytes::{Buf, Bytes, BytesMut};
use http_wire::{Event, Framing, RequestParser};
use std::fs::File;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::ReadBuf;
use tokio::time::Instant;

/// Bytes that are read at once.
const READ: usize = 32 << 10;
/// Bytes of a file that go out together with their head.
const WITH_HEAD: u64 = 64 << 10;
/// Bytes that a connection holds of a file while its peer takes none.
const HELD: usize = 4 << 10;
/// How long an idle connection of a server that stops is listened to: what is in the
/// kernel already is read in that time, however busy the machine is, for the timer and
/// the sockets are asked together.
const LAST_CALL: Duration = Duration::from_millis(10);

/// Why a connection cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It is no HTTP, or beyond a limit: a last answer, then a close.
    Malformed(http_wire::Error),
    /// A head or a body did not come in time: 408, then a close.
    Late,
    /// There is nobody to answer: closed, or idle, or not reading.
    Over,
}

/// What one connection has: a stream and what was read from it and is to be written.
pub struct Wire<'a, S> {
    stream: S,
    parser: RequestParser,
    input: BytesMut,
    /// What waits to be written: several answers, if requests came in a row.
    pub out: BytesMut,
    alarm: Alarm,
    reading: Budget,
    writing: Budget,
    config: &'a Config,
    counters: &'a Counters,
    /// Bytes that are being written and are not in `out`.
    tail: usize,
    /// What the gauge knows of this connection.
    held: usize,
    /// The peer will send nothing more.
    is_ended: bool,
    is_first: bool,
    first_deadline: Instant,
    /// Of the request that is being answered.
    content: ContentState,
}

/// Where the content of a request is.
#[derive(Clone, Copy, Debug)]
struct ContentState {
    is_complete: bool,
    /// Bytes that still come, if the head said how many.
    left: Option<u64>,
    /// The client waits for `100 Continue`.
    is_awaited: bool,
    failed: Option<End>,
}

impl<'a, S: Transport> Wire<'a, S> {
    pub fn new(stream: S, config: &'a Config, counters: &'a Counters) -> Wire<'a, S> {
        let parser = RequestParser::new(http_wire::Config {
            limits: config.limits.wire,
            ..http_wire::Config::default()
        });
        let first_deadline = after(config.timeouts.head);
        Wire {
            stream,
            parser,
            input: BytesMut::new(),
            out: BytesMut::new(),
            alarm: Alarm::new(first_deadline),
            reading: Budget::new(config.timeouts.body),
            writing: Budget::new(config.timeouts.write),
            config,
            counters,
            tail: 0,
            held: 0,
            is_ended: false,
            is_first: true,
            first_deadline,
            content: ContentState {
                is_complete: true,
                left: Some(0),
                is_awaited: false,
                failed: None,
            },
        }
    }

    // ANCHOR: head
    /// The next request's head; none if the peer has hung up where it may, or is idle
    /// and the server stops. What is to be written goes out when there is nothing left
    /// to parse: the answers to a pipeline share a system call.
    pub async fn head(
        &mut self,
        life: &Life,
        stopping: &AtomicBool,
    ) -> Result<Option<http_wire::Request>, End> {
        let mut has_begun = self.is_first || !self.input.is_empty();
        // The first head is timed from the connection, others from their first wait.
        let mut deadline = self.is_first.then_some(self.first_deadline);
        loop {
            if self.is_full() {
                self.flush().await?;
            }
            if let Some(head) = self.parse_head()? {
                return Ok(Some(head));
            }
            self.flush().await?;
            if self.is_idle() {
                // What thousands of idle connections keep is what counts.
                (self.input, self.out) = (BytesMut::new(), BytesMut::new());
            }
            if self.is_ended {
                // In the middle of a head that is an error.
                return self.parser.finish().map(|()| None).map_err(End::Malformed);
            }
            life.idle.store(self.is_idle(), Relaxed);
            let waits = (has_begun, &mut deadline);
            if !self.fill_for_head(waits, life, stopping).await? {
                return Ok(None);
            }
            life.idle.store(false, Relaxed);
            if !has_begun {
                (has_begun, deadline) = (true, None);
            }
        }
    }
    // ANCHOR_END: head

    /// Whether nothing of a request is there.
    fn is_idle(&self) -> bool {
        self.input.is_empty() && self.parser.is_between_messages()
    }

    fn parse_head(&mut self) -> Result<Option<http_wire::Request>, End> {
        loop {
            match self.parser.next(&mut self.input).map_err(End::Malformed)? {
                None => return Ok(None),
                Some(Event::Head(head)) => {
                    self.begin_content(&head);
                    return Ok(Some(head));
                }
                // The end of the request before.
                Some(_) => {}
            }
        }
    }

    fn begin_content(&mut self, head: &http_wire::Request) {
        self.is_first = false;
        self.content = ContentState {
            is_complete: head.framing == Framing::Empty,
            left: match head.framing {
                Framing::Empty => Some(0),
                Framing::Length(length) => Some(length),
                _ => None,
            },
            is_awaited: head.expects_continue(),
            failed: None,
        };
        self.reading = Budget::new(self.config.timeouts.body);
        self.account();
    }

    /// Reads once; false if there is nothing to read and the server stops. A silence
    /// that is too long is an end.
    async fn fill_for_head(
        &mut self,
        (has_begun, deadline): (bool, &mut Option<Instant>),
        life: &Life,
        stopping: &AtomicBool,
    ) -> Result<bool, End> {
        let timeouts = &self.config.timeouts;
        let most = if has_begun {
            timeouts.head
        } else {
            timeouts.idle
        };
        let mut last_call = None;
        let filled = poll_fn(|cx| match self.poll_fill(cx) {
            Poll::Ready(result) => Poll::Ready(Some(result.map(|()| true))),
            Poll::Pending if stopping.load(Relaxed) && self.is_idle() => {
                let last = *last_call.get_or_insert_with(|| after(LAST_CALL));
                self.alarm.poll(cx, last).map(|()| Some(Ok(false)))
            }
            Poll::Pending => {
                life.waker.get_or_init(|| cx.waker().clone());
                let deadline = *deadline.get_or_insert_with(|| after(most));
                self.alarm.poll(cx, deadline).map(|()| None)
            }
        });
        match filled.await {
            Some(filled) => filled.map_err(|_| End::Over),
            None if !has_begun => {
                count(&self.counters.timeouts_idle_total);
                Err(End::Over)
            }
            None => {
                count(&self.counters.timeouts_head_total);
                // Who said nothing is not answered: a browser that opened the connection
                // ahead of its need would take the 408 for the answer to its next
                // request.
                Err(if self.is_idle() { End::Over } else { End::Late })
            }
        }
    }

    // ANCHOR: fill
    /// Appends what has come to the input. It is read into the stack first: a
    /// connection that waits has no buffer.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut place = [MaybeUninit::uninit(); READ];
        let mut buffer = ReadBuf::uninit(&mut place);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
        self.is_ended = buffer.filled().is_empty();
        self.input.extend_from_slice(buffer.filled());
        add(&self.counters.bytes_in_total, buffer.filled().len());
        self.account();
        Poll::Ready(Ok(()))
    }
    // ANCHOR_END: fill

    /// Whether so much waits that it has to go out before there is more.
    pub fn is_full(&self) -> bool {
        self.out.len() >= self.config.limits.queued
    }

    /// Tells the gauge how much waits in memory.
    fn account(&mut self) {
        let holds = self.input.len() + self.out.len() + self.tail;
        change(&self.counters.buffered_bytes, self.held, holds);
        self.held = holds;
    }

    /// Whether nothing of the request is still to come, or only so little that it is
    /// cheaper to wait for it than to connect anew.
    pub fn can_follow(&self) -> bool {
        const LITTLE: u64 = 64 << 10;
        let content = &self.content;
        let is_little = content.left.is_some_and(|left| left <= LITTLE);
        content.is_complete
            || (is_little && !content.is_awaited && content.failed.is_none())
    }

    /// What went wrong with the content, if anything did.
    pub fn content_failed(&self) -> Option<End> {
        self.content.failed
    }

    /// Whether there is more than this request, or less.
    pub fn has_unread(&self) -> bool {
        !self.content.is_complete || !self.input.is_empty()
    }

    /// Reads what is left of the content, and forgets it.
    pub async fn skip_content(&mut self) -> Result<(), End> {
        while !self.content.is_complete {
            let piece = poll_fn(|cx| self.poll_content(cx)).await;
            if piece.is_err() {
                return Err(self.content.failed.unwrap_or(End::Over));
            }
        }
        Ok(())
    }

    /// Writes all that waits.
    pub async fn flush(&mut self) -> Result<(), End> {
        self.send(Bytes::new()).await
    }

    /// Writes all that waits, and `tail` behind it.
    pub async fn send(&mut self, mut tail: Bytes) -> Result<(), End> {
        if self.out.is_empty() && tail.is_empty() {
            return Ok(());
        }
        self.tail = tail.len();
        self.account();
        poll_fn(|cx| self.poll_send(cx, &mut tail)).await
    }

    /// Writes all that waits and then `tail`, in one system call if the peer takes it.
    /// A peer that takes nothing runs out of time.
    pub fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        tail: &mut Bytes,
    ) -> Poll<Result<(), End>> {
        while !self.out.is_empty() || !tail.is_empty() {
            let stream = Pin::new(&mut self.stream);
            let sent = match tail.is_empty() {
                true => stream.poll_write(cx, &self.out),
                false => {
                    let both = [IoSlice::new(&self.out), IoSlice::new(tail)];
                    stream.poll_write_vectored(cx, &both)
                }
            };
            let sent = ready!(self.sent(cx, sent))?;
            let of_out = sent.min(self.out.len());
            self.out.advance(of_out);
            tail.advance(sent - of_out);
        }
        self.tail = 0;
        self.account();
        Poll::Ready(Ok(()))
    }

    /// What a write did, or how long it may still wait.
    fn sent(
        &mut self,
        cx: &mut Context<'_>,
        sent: Poll<io::Result<usize>>,
    ) -> Poll<Result<usize, End>> {
        match sent {
            Poll::Ready(Ok(sent)) if sent > 0 => {
                self.writing.earned(sent);
                add(&self.counters.bytes_out_total, sent);
                Poll::Ready(Ok(sent))
            }
            Poll::Ready(_) => {
                count(&self.counters.gone_total);
                Poll::Ready(Err(End::Over))
            }
            Poll::Pending => {
                let deadline = self.writing.waiting();
                ready!(self.alarm.poll(cx, deadline));
                count(&self.counters.timeouts_write_total);
                Poll::Ready(Err(End::Over))
            }
        }
    }

    /// Ready when the peer has hung up, or has said that it sends nothing more. Until
    /// then what it sends is read, as far as a head may go, and waits.
    pub fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let most = self.config.limits.wire.head_bytes as usize;
        while self.input.len() < most {
            if ready!(self.poll_fill(cx)).is_err() || self.is_ended {
                return Poll::Ready(());
            }
        }
        // Behind so much nobody sees any more whether it hangs up. So it has the time of
        // a peer that does not read, until there is something to write.
        let deadline = self.writing.waiting();
        self.alarm.poll(cx, deadline)
    }

    // ANCHOR: send-file
    /// Writes `length` bytes of a file, from `start`, behind all that waits. What the
    /// kernel has in memory is sent from there; the rest is read by another thread.
    pub async fn send_file(
        &mut self,
        file: &Arc<File>,
        start: u64,
        length: u64,
    ) -> Result<(), End> {
        let (mut at, end) = (start, start.saturating_add(length));
        self.add_front_of(file, &mut at, end);
        self.flush().await?;
        if at < end {
            // Who does not read the rest should not hold the room of the front.
            self.out = BytesMut::new();
        }
        while at < end {
            match poll_fn(|cx| self.poll_send_file(cx, file, at, end)).await? {
                Piece::Sent(sent) => at += sent as u64,
                Piece::Cold => {
                    let piece = read_cold(file, at, end).await;
                    let piece = piece.map_err(|_| End::Over)?;
                    at += self.send_some(piece).await? as u64;
                }
            }
        }
        Ok(())
    }

    fn poll_send_file(
        &mut self,
        cx: &mut Context<'_>,
        file: &File,
        at: u64,
        end: u64,
    ) -> Poll<Result<Piece, End>> {
        let most = (end - at).min(PIECE as u64) as usize;
        let sent = match self.stream.poll_send_file(cx, file, at, most) {
            Poll::Ready(Ok(Piece::Cold)) => return Poll::Ready(Ok(Piece::Cold)),
            // The file has become shorter: what was promised cannot be kept.
            Poll::Ready(Ok(Piece::Sent(0))) => return Poll::Ready(Err(End::Over)),
            Poll::Ready(Ok(Piece::Sent(sent))) => Poll::Ready(Ok(sent)),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        };
        self.sent(cx, sent).map_ok(Piece::Sent)
    }
    // ANCHOR_END: send-file

    /// Writes the front of `piece`; how much that was. What the peer does not take at
    /// once is forgotten: when it takes more, the kernel has it in memory.
    async fn send_some(&mut self, mut piece: Bytes) -> Result<usize, End> {
        self.tail = piece.len();
        self.account();
        let sent = poll_fn(|cx| {
            let mut sent = 0;
            while sent < piece.len() {
                match Pin::new(&mut self.stream).poll_write(cx, &piece[sent..]) {
                    Poll::Pending if sent > 0 => break,
                    Poll::Pending if piece.len() > HELD => {
                        piece = Bytes::copy_from_slice(&piece[..HELD]);
                        self.tail = piece.len();
                        self.account();
                    }
                    polled => sent += ready!(self.sent(cx, polled))?,
                }
            }
            Poll::Ready(Ok(sent))
        });
        let sent = sent.await;
        self.tail = 0;
        self.account();
        sent
    }

    /// The first bytes of a file leave with the head, if they are in memory.
    fn add_front_of(&mut self, file: &File, at: &mut u64, end: u64) {
        let length = (end - *at).min(WITH_HEAD) as usize;
        let head = self.out.len();
        self.out.resize(head + length, 0);
        let read = read_warm(file, &mut self.out[head..], *at).unwrap_or(0);
        self.out.truncate(head + read);
        *at += read as u64;
    }

    // ANCHOR: linger
    /// The end of a connection. A close with something unread would make the kernel
    /// send a reset, which can overtake the last answer (RFC 9112 §9.6): say that
    /// nothing more comes, and read for a while what does.
    pub async fn close(mut self, linger: bool) {
        if self.flush().await.is_err() {
            return;
        }
        let deadline = after(self.config.timeouts.linger);
        let ended = poll_fn(|cx| Pin::new(&mut self.stream).poll_shutdown(cx));
        if ended.await.is_err() || !linger {
            return;
        }
        while !self.is_ended {
            self.input.clear();
            let read = poll_fn(|cx| match self.poll_fill(cx) {
                Poll::Ready(result) => Poll::Ready(result.is_ok()),
                Poll::Pending => self.alarm.poll(cx, deadline).map(|()| false),
            });
            if !read.await || Instant::now() >= deadline {
                return;
            }
        }
    }
    // ANCHOR_END: linger
}

impl<S: Transport> Source for Wire<'_, S> {
    fn poll_content(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, BodyError>> {
        if let Some(end) = self.content.failed {
            return Poll::Ready(Err(end.into()));
        }
        loop {
            if self.content.is_complete {
                return Poll::Ready(Ok(None));
            }
            match self.parser.next(&mut self.input) {
                Ok(Some(Event::Data(data))) => {
                    let length = data.len() as u64;
                    self.content.left = self.content.left.map(|left| left - length);
                    self.content.is_awaited = false;
                    return Poll::Ready(Ok(Some(data)));
                }
                Ok(Some(Event::End)) => self.content.is_complete = true,
                Ok(Some(_)) => {}
                Ok(None) if self.is_ended => {
                    let end = self.parser.finish().err();
                    return self.content_ends(end.map_or(End::Over, End::Malformed));
                }
                Ok(None) => match ready!(self.poll_more_content(cx)) {
                    Ok(()) => {}
                    Err(end) => return self.content_ends(end),
                },
                Err(error) => return self.content_ends(End::Malformed(error)),
            }
        }
    }
}

impl<S: Transport> Wire<'_, S> {
    fn content_ends(&mut self, end: End) -> Poll<Result<Option<Bytes>, BodyError>> {
        self.content.failed = Some(end);
        Poll::Ready(Err(end.into()))
    }

    // ANCHOR: more-content
    /// Reads once. Before it waits it writes what the peer may be waiting for: answers
    /// to earlier requests, and that it may go on (RFC 9110 §10.1.1).
    fn poll_more_content(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
        if std::mem::take(&mut self.content.is_awaited) {
            self.out.extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        ready!(self.poll_send(cx, &mut Bytes::new()))?;
        let before = self.input.len();
        match self.poll_fill(cx) {
            Poll::Ready(Ok(())) => {
                self.reading.earned(self.input.len() - before);
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(_)) => {
                count(&self.counters.gone_total);
                Poll::Ready(Err(End::Over))
            }
            Poll::Pending => {
                let deadline = self.reading.waiting();
                ready!(self.alarm.poll(cx, deadline));
                count(&self.counters.timeouts_body_total);
                Poll::Ready(Err(End::Late))
            }
        }
    }
    // ANCHOR_END: more-content
}

impl<S> Drop for Wire<'_, S> {
    fn drop(&mut self) {
        change(&self.counters.buffered_bytes, self.held, 0);
    }
}

impl From<End> for BodyError {
    fn from(end: End) -> BodyError {
        match end {
            End::Malformed(error) => BodyError::Malformed(error),
            End::Late => BodyError::Timeout,
            End::Over => BodyError::Gone,
        }
    }
}

/// Reads on a thread that may wait for the disk, and asks for what comes next.
async fn read_cold(file: &Arc<File>, at: u64, end: u64) -> io::Result<Bytes> {
    let file = Arc::clone(file);
    let read = move || {
        let length = (end - at).min(PIECE as u64) as usize;
        let mut piece = vec![0; length];
        let read = read_at(&file, &mut piece, at)?;
        piece.truncate(read);
        read_ahead(&file, at + read as u64);
        match read {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(Bytes::from(piece)),
        }
    };
    tokio::task::spawn_blocking(read).await?
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

/// The kernel reads on while we write. If it refuses, that only costs time.
fn read_ahead(file: &File, at: u64) {
    #[cfg(target_os = "linux")]
    {
        let length = std::num::NonZeroU64::new(8 * PIECE as u64);
        let _ = rustix::fs::fadvise(file, at, length, rustix::fs::Advice::WillNeed);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (file, at);
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::metrics::Metrics;
    use tokio::io::{AsyncRead, AsyncWrite};
    use tokio::net::{TcpListener, TcpStream};

    /// A socket for which no file is ever in memory.
    struct Cold(TcpStream);

    impl Transport for Cold {
        fn poll_send_file(
            &mut self,
            _: &mut Context<'_>,
            _: &File,
            _: u64,
            _: usize,
        ) -> Poll<io::Result<Piece>> {
            Poll::Ready(Ok(Piece::Cold))
        }
    }

    impl AsyncRead for Cold {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_read(cx, buffer)
        }
    }

    impl AsyncWrite for Cold {
        fn poll_write(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            Pin::new(&mut self.0).poll_write(cx, bytes)
        }

        fn poll_flush(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_flush(cx)
        }

        fn poll_shutdown(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_shutdown(cx)
        }
    }

    /// Who does not read a file that is on the disk holds next to none of it; who reads
    /// late gets all of it, in order.
    #[tokio::test]
    async fn a_cold_file_waits_on_the_disk() {
        const LENGTH: usize = 20 << 20;
        let content: Vec<u8> = (0..LENGTH).map(|n| (n % 251) as u8).collect();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &content).unwrap();
        let file = Arc::new(File::open(file.path()).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap());
        let (client, accepted) = tokio::join!(client, listener.accept());
        let (mut client, (stream, _)) = (client.unwrap(), accepted.unwrap());

        let mut config = Config::default();
        config.timeouts.write.most = Duration::from_secs(600);
        let metrics = Metrics::default();
        let counters = metrics.worker();
        let send = async move {
            let mut wire = Wire::new(Cold(stream), &config, &counters);
            let sent = wire.send_file(&file, 0, LENGTH as u64).await;
            assert_eq!(sent, Ok(()));
        };
        let task = tokio::spawn(send);
        // Nothing moves any more when the kernel is full.
        let (mut before, mut looks) = (0, 0);
        while looks < 100 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let now = metrics.snapshot().bytes_out_total;
            looks = if now == before { looks + 1 } else { 0 };
            before = now;
        }
        assert!(
            before > 0 && before < LENGTH as u64,
            "{before} bytes are out"
        );
        let waits = metrics.snapshot().buffered_bytes;
        assert!(waits <= HELD as u64, "{waits} bytes wait");
        let mut got = Vec::new();
        while got.len() < LENGTH {
            let read = tokio::io::AsyncReadExt::read_buf(&mut client, &mut got).await;
            assert!(read.unwrap() > 0, "it ends after {} bytes", got.len());
        }
        assert!(got == content, "other content");
        task.await.unwrap();
    }
}
