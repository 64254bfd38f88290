//! The answer to a request, as a handler sees it, and as the connection does.

use crate::error::Error;
use crate::headers;
use crate::outgoing::OutgoingMessage;
use crate::status::reason;
use crate::sweep::{Order, Tracked};
use bytes::BytesMut;
use http_wire::{Version, write};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The answer to a request (`http.ServerResponse`).
///
/// What a handler writes leaves when it awaits next, or when it returns: all writes
/// between two awaits become one write to the socket, and one chunk. Dropping a response
/// that has not ended ends the connection. (Node forgets such a response, and the client
/// waits.)
#[derive(Debug)]
pub struct ServerResponse(Arc<Shared>);

/// The same, for the connection.
#[derive(Debug)]
pub(crate) struct Answer(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    tracked: Arc<Tracked>,
}

#[derive(Debug)]
struct State {
    out: OutgoingMessage,
    status: u16,
    status_message: Option<String>,
    /// The client waits for 100, and it has not been sent.
    awaits_continue: bool,
    high_water_mark: usize,
    /// Bytes the connection took that the kernel did not.
    backlog: usize,
    /// The program let go of it before its end: the connection ends when it is its turn.
    is_dropped: bool,
    outcome: Outcome,
    /// Woken when there is something to send.
    connection: Option<Waker>,
    /// Woken when all is sent, or nothing more will be.
    writer: Option<Waker>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Open,
    /// The kernel has all of it.
    Finished,
    /// The connection ended before that.
    Closed,
}

/// An answer that nobody has begun, from both sides.
pub(crate) fn pair(
    out: OutgoingMessage,
    high_water_mark: usize,
    tracked: Arc<Tracked>,
) -> (ServerResponse, Answer) {
    let state = Mutex::new(State {
        out,
        status: 200,
        status_message: None,
        awaits_continue: false,
        high_water_mark,
        backlog: 0,
        is_dropped: false,
        outcome: Outcome::Open,
        connection: None,
        writer: None,
    });
    let shared = Arc::new(Shared { state, tracked });
    (ServerResponse(Arc::clone(&shared)), Answer(shared))
}

fn wake(waker: &mut Option<Waker>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The head, if there is none yet, with what is known now (`_implicitHeader`).
    fn make_head(&mut self, more: &[(&str, &[u8])]) -> Result<(), Error> {
        let status = self.status;
        let words = self.status_message.as_deref().unwrap_or(reason(status));
        let mut line = BytesMut::new();
        write::status_line(&mut line, Version::HTTP_11, status, words.as_bytes())
            .map_err(|error| match error {
                write::WriteError::Status => Error::InvalidStatusCode(status),
                _ => Error::InvalidChar,
            })?;
        if matches!(status, 100..=199 | 204 | 304) {
            self.out.has_body = false;
        }
        if self.awaits_continue {
            // Whether its content comes or the next request, nobody can tell.
            self.out.should_keep_alive = false;
        }
        self.out.status = status;
        self.out.store_header(&line, more)
    }

    fn check_open(&self) -> Result<(), Error> {
        match self.outcome {
            Outcome::Closed => Err(Error::Destroyed),
            _ if self.out.is_ended() => Err(Error::WriteAfterEnd),
            _ => Ok(()),
        }
    }

    /// Nothing more will come.
    fn is_ended(&self) -> bool {
        self.out.is_ended() || self.is_dropped
    }

    /// Bytes that the kernel does not have yet.
    fn length(&self) -> usize {
        self.out.len() + self.backlog
    }

    fn information(
        &mut self,
        status: u16,
        fields: &[(&str, &[u8])],
    ) -> Result<(), Error> {
        if self.out.has_head() {
            return Err(Error::HeadersSent);
        }
        if !(100..200).contains(&status) || status == 101 {
            return Err(Error::InvalidStatusCode(status));
        }
        let mut head = BytesMut::new();
        let words = reason(status).as_bytes();
        write::status_line(&mut head, Version::HTTP_11, status, words)
            .map_err(|_| Error::InvalidStatusCode(status))?;
        for (name, value) in fields {
            write::field(&mut head, name.as_bytes(), value)?;
        }
        write::end_of_head(&mut head);
        self.out.write_raw(&head);
        self.awaits_continue &= status != 100;
        wake(&mut self.connection);
        Ok(())
    }
}

impl ServerResponse {
    /// The status of the head that will be made. 200, if it is not set.
    pub fn set_status(&mut self, status: u16) {
        self.0.lock().status = status;
    }

    /// The status.
    pub fn status(&self) -> u16 {
        self.0.lock().status
    }

    /// The words behind the status, instead of the usual ones.
    pub fn set_status_message(&mut self, words: &str) {
        self.0.lock().status_message = Some(words.to_owned());
    }

    /// Sets a field.
    ///
    /// # Errors
    /// [`Error::HeadersSent`], [`Error::InvalidToken`], [`Error::InvalidChar`].
    pub fn set_header(
        &mut self,
        name: &str,
        value: impl AsRef<[u8]>,
    ) -> Result<(), Error> {
        self.0.lock().out.headers_mut()?.set(name, value)
    }

    /// Sets a field to several values, each in a line of its own.
    ///
    /// # Errors
    /// As [`set_header`](Self::set_header).
    pub fn set_header_values(
        &mut self,
        name: &str,
        values: &[impl AsRef<[u8]>],
    ) -> Result<(), Error> {
        self.0.lock().out.headers_mut()?.set_all(name, values)
    }

    /// Adds a value to a field.
    ///
    /// # Errors
    /// As [`set_header`](Self::set_header).
    pub fn append_header(
        &mut self,
        name: &str,
        value: impl AsRef<[u8]>,
    ) -> Result<(), Error> {
        self.0.lock().out.headers_mut()?.append(name, value)
    }

    /// The first value of a field that was set.
    pub fn header(&self, name: &str) -> Option<Vec<u8>> {
        let state = self.0.lock();
        let headers = state.out.headers()?;
        headers.get(name).map(<[u8]>::to_vec)
    }

    /// Whether a field was set.
    pub fn has_header(&self, name: &str) -> bool {
        let state = self.0.lock();
        state.out.headers().is_some_and(|h| h.contains(name))
    }

    /// The names of the fields that were set, in small letters.
    pub fn header_names(&self) -> Vec<String> {
        let state = self.0.lock();
        state.out.headers().map_or_else(Vec::new, |h| h.names())
    }

    /// Takes a field out. `Date`, `Connection`, `Content-Length` and
    /// `Transfer-Encoding` are then not added either.
    ///
    /// # Errors
    /// [`Error::HeadersSent`].
    pub fn remove_header(&mut self, name: &str) -> Result<(), Error> {
        self.0.lock().out.remove_header(name)
    }

    /// Whether the head is made, and can no longer be changed.
    pub fn headers_sent(&self) -> bool {
        self.0.lock().out.has_head()
    }

    /// Whether `Date` is added. It is, by default.
    pub fn set_send_date(&mut self, send: bool) {
        self.0.lock().out.send_date = send;
    }

    /// Whether the connection may go on behind this answer.
    pub fn set_should_keep_alive(&mut self, keep: bool) {
        self.0.lock().out.should_keep_alive = keep;
    }

    /// Whether it is an error to write more or less than `Content-Length` says. It is
    /// not, by default.
    pub fn set_strict_content_length(&mut self, strict: bool) {
        self.0.lock().out.strict_content_length = strict;
    }

    /// Makes the head. It leaves with the first content, or at the end.
    ///
    /// # Errors
    /// [`Error::HeadersSent`], [`Error::InvalidStatusCode`], [`Error::InvalidToken`],
    /// [`Error::InvalidChar`], [`Error::TrailerInvalid`].
    pub fn write_head(
        &mut self,
        status: u16,
        words: Option<&str>,
        fields: &[(&str, &str)],
    ) -> Result<(), Error> {
        let mut state = self.0.lock();
        if state.out.has_head() {
            return Err(Error::HeadersSent);
        }
        if !(100..1000).contains(&status) {
            return Err(Error::InvalidStatusCode(status));
        }
        state.status = status;
        if let Some(words) = words {
            state.status_message = Some(words.to_owned());
        }
        let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_bytes())).collect();
        state.make_head(&fields)
    }

    /// An interim response: 1xx other than 101.
    ///
    /// # Errors
    /// [`Error::InvalidStatusCode`], or as [`write_head`](Self::write_head).
    pub fn write_information(
        &mut self,
        status: u16,
        fields: &[(&str, &str)],
    ) -> Result<(), Error> {
        let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_bytes())).collect();
        self.0.lock().information(status, &fields)
    }

    /// `100 Continue`.
    ///
    /// # Errors
    /// [`Error::HeadersSent`].
    pub fn write_continue(&mut self) -> Result<(), Error> {
        self.write_information(100, &[])
    }

    /// `102 Processing`.
    ///
    /// # Errors
    /// [`Error::HeadersSent`].
    pub fn write_processing(&mut self) -> Result<(), Error> {
        self.write_information(102, &[])
    }

    /// `103 Early Hints` with `Link`; nothing without links.
    ///
    /// # Errors
    /// [`Error::HeadersSent`], [`Error::InvalidChar`].
    pub fn write_early_hints(
        &mut self,
        links: &[&str],
        fields: &[(&str, &str)],
    ) -> Result<(), Error> {
        if links.is_empty() {
            return Ok(());
        }
        let links = links.join(", ");
        headers::check("Link", links.as_bytes())?;
        let mut all = vec![("Link", links.as_str())];
        all.extend_from_slice(fields);
        self.write_information(103, &all)
    }

    /// The head leaves without waiting for content.
    ///
    /// # Errors
    /// As [`write_head`](Self::write_head).
    pub fn flush_headers(&mut self) -> Result<(), Error> {
        let mut state = self.0.lock();
        if !state.out.has_head() {
            state.make_head(&[])?;
        }
        state.out.flush_head();
        wake(&mut state.connection);
        Ok(())
    }

    // ANCHOR: write
    /// Content. `Ok(false)` says that `highWaterMark` bytes or more wait for the
    /// client: await [`drain`](Self::drain), or memory is all that bounds them.
    ///
    /// # Errors
    /// [`Error::WriteAfterEnd`], [`Error::Destroyed`] if the connection is gone,
    /// [`Error::ContentLengthMismatch`], [`Error::BodyNotAllowed`], or what is wrong
    /// with the head.
    pub fn write(&mut self, data: impl AsRef<[u8]>) -> Result<bool, Error> {
        let mut state = self.0.lock();
        state.check_open()?;
        if !state.out.has_head() {
            state.make_head(&[])?;
        }
        state.out.write(data.as_ref())?;
        wake(&mut state.connection);
        Ok(state.length() < state.high_water_mark)
    }
    // ANCHOR_END: write

    /// Ready when the kernel has all that was written: Node's `'drain'`.
    ///
    /// # Errors
    /// [`Error::Destroyed`] if the connection ends before that.
    pub async fn drain(&mut self) -> Result<(), Error> {
        self.wait(|state| state.length() == 0).await
    }

    /// The end, with content before it, or with none (`b""`).
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn end(&mut self, data: impl AsRef<[u8]>) -> Result<(), Error> {
        let data = data.as_ref();
        let mut state = self.0.lock();
        if state.outcome == Outcome::Closed {
            return Err(Error::Destroyed);
        }
        if !state.out.has_head() {
            state.out.set_content_length(data.len() as u64);
            state.make_head(&[])?;
        }
        state.out.end(data)?;
        wake(&mut state.connection);
        Ok(())
    }

    /// The fields behind chunked content, instead of those set before.
    ///
    /// # Errors
    /// [`Error::InvalidToken`], [`Error::InvalidChar`].
    pub fn add_trailers(&mut self, trailers: &[(&str, &str)]) -> Result<(), Error> {
        let fields = trailers.iter().map(|(n, v)| (*n, v.as_bytes()));
        let fields: Vec<_> = fields.collect();
        self.0.lock().out.add_trailers(&fields)
    }

    /// Nothing leaves until as many calls of [`uncork`](Self::uncork), or the end.
    pub fn cork(&mut self) {
        self.0.lock().out.cork();
    }

    /// See [`cork`](Self::cork).
    pub fn uncork(&mut self) {
        let mut state = self.0.lock();
        state.out.uncork();
        wake(&mut state.connection);
    }

    /// Bytes that wait here for the client.
    pub fn writable_length(&self) -> usize {
        self.0.lock().length()
    }

    /// Whether it is the turn of this answer, and what it writes leaves:
    /// `response.socket` is not null.
    pub fn has_socket(&self) -> bool {
        let state = self.0.lock();
        state.out.has_socket && state.outcome == Outcome::Open
    }

    /// Whether [`end`](Self::end) was called.
    pub fn writable_ended(&self) -> bool {
        self.0.lock().out.is_ended()
    }

    /// Ready when the kernel has all of the answer: Node's `'finish'`.
    ///
    /// # Errors
    /// [`Error::Destroyed`] if the connection ends before that: `'close'` without
    /// `'finish'`.
    pub async fn finished(&mut self) -> Result<(), Error> {
        self.wait(|state| state.outcome == Outcome::Finished).await
    }

    /// Ends the connection.
    pub fn destroy(&mut self) {
        self.0.tracked.order(Order::Destroy);
    }

    async fn wait(&mut self, is_over: impl Fn(&State) -> bool) -> Result<(), Error> {
        poll_fn(|cx| self.poll_wait(cx, &is_over)).await
    }

    fn poll_wait(
        &self,
        cx: &Context<'_>,
        is_over: &impl Fn(&State) -> bool,
    ) -> Poll<Result<(), Error>> {
        let mut state = self.0.lock();
        if is_over(&state) {
            return Poll::Ready(Ok(()));
        }
        if state.outcome != Outcome::Open {
            return Poll::Ready(Err(Error::Destroyed));
        }
        state.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    pub(crate) fn await_continue(&mut self) {
        self.0.lock().awaits_continue = true;
    }
}

/// An answer that will never end leaves its client waiting.
impl Drop for ServerResponse {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        if !state.out.is_ended() && state.outcome == Outcome::Open {
            state.is_dropped = true;
            wake(&mut state.connection);
        }
    }
}

/// What the connection wants to know after it took bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// Nothing more will come.
    pub is_ended: bool,
    /// The connection ends behind it.
    pub is_last: bool,
}

impl Answer {
    /// It is its turn: what it writes goes to the socket.
    pub fn assign_socket(&self) {
        self.0.lock().out.has_socket = true;
    }

    /// Takes what is to be sent; wakes the task when there is more.
    pub fn poll_take(&self, cx: &Context<'_>, into: &mut BytesMut) -> Progress {
        let mut state = self.0.lock();
        let taken = state.out.take();
        state.backlog += taken.len();
        if into.is_empty() {
            *into = taken;
        } else {
            into.unsplit(taken);
        }
        let is_ended = state.is_ended();
        if !is_ended {
            state.connection = Some(cx.waker().clone());
        }
        Progress {
            is_ended,
            is_last: state.out.is_last() || state.is_dropped,
        }
    }

    /// Takes what does not wait for the end of the tick.
    pub fn take_urgent(&self, into: &mut BytesMut) {
        let mut state = self.0.lock();
        into.unsplit(state.out.take_urgent());
    }

    /// The kernel took at most so many bytes of it; how many there were.
    pub fn sent(&self, most: usize) -> usize {
        let mut state = self.0.lock();
        let sent = most.min(state.backlog);
        state.backlog -= sent;
        if state.length() == 0 {
            wake(&mut state.writer);
        }
        sent
    }

    /// Whether nothing more will come.
    pub fn is_ended(&self) -> bool {
        self.0.lock().is_ended()
    }

    /// Bytes that wait in it.
    pub fn queued(&self) -> usize {
        self.0.lock().out.len()
    }

    /// Whether something of its head has left, or holds back what is written now.
    pub fn is_begun(&self) -> bool {
        self.0.lock().out.is_begun()
    }

    /// All of it is sent.
    pub fn finish(&self) {
        self.settle(Outcome::Finished);
    }

    /// The connection is gone.
    pub fn close(&self) {
        self.settle(Outcome::Closed);
    }

    fn settle(&self, outcome: Outcome) {
        let mut state = self.0.lock();
        if state.outcome == Outcome::Open {
            state.outcome = outcome;
            wake(&mut state.writer);
        }
    }
}
