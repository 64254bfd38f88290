//! A request on its way: `http.ClientRequest` of lib/_http_client.js.

use crate::agent::Agent;
use crate::error::Error;
use crate::exchange::Job;
use crate::headers::Headers;
use crate::incoming::IncomingMessage;
use crate::outgoing::{OutgoingMessage, has_word};
use crate::upgrade::Upgraded;
use bytes::BytesMut;
use http_wire::{Method, Response};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

/// How many bytes of content wait, in each direction, before the one side is asked to
/// wait for the other: Node's default `highWaterMark`, 64 KiB.
pub(crate) const HIGH_WATER_MARK: usize = 64 << 10;

/// How many bytes of a request are kept in case it has to be sent again.
const MAX_REPLAY: usize = 64 << 10;

/// What to ask, and whom: the options of `http.request`.
#[derive(Clone, Debug)]
pub struct RequestOptions {
    /// A name or an address. Default: `localhost`.
    pub host: String,
    /// Default: 80.
    pub port: u16,
    /// Default: `GET`. Is sent in capitals.
    pub method: String,
    /// The path with its query; for `CONNECT`, host and port. Default: `/`.
    pub path: String,
    /// Fields, as [`ClientRequest::set_header`] would set them.
    pub headers: Vec<(String, String)>,
    /// Fields that are sent as they stand, twice if they stand there twice. `headers`
    /// and [`ClientRequest::set_header`] are of no use beside it.
    pub raw_headers: Option<Vec<(String, String)>>,
    /// `Host`, `Connection`, `Content-Length` and `Transfer-Encoding` are added as they
    /// are needed. Default: true.
    pub set_default_headers: bool,
    /// How long nothing may be sent or received before the request fails with
    /// [`Error::Timeout`]; the time in which the program does not read the response does
    /// not count. Node only tells the program. Default: for ever.
    pub timeout: Option<Duration>,
    /// Bytes of the response's head. Default: 16 KiB.
    pub max_header_size: u32,
}

impl Default for RequestOptions {
    fn default() -> RequestOptions {
        RequestOptions {
            host: "localhost".into(),
            port: 80,
            method: "GET".into(),
            path: "/".into(),
            headers: Vec::new(),
            raw_headers: None,
            set_default_headers: true,
            timeout: None,
            max_header_size: 16 << 10,
        }
    }
}

impl RequestOptions {
    /// `GET /` of this host and port.
    pub fn to(host: &str, port: u16) -> RequestOptions {
        RequestOptions {
            host: host.into(),
            port,
            ..RequestOptions::default()
        }
    }
}

/// Whom to connect to, and what the pool calls it (`Agent.prototype.getName`).
#[derive(Debug)]
pub(crate) struct Origin {
    pub host: String,
    pub port: u16,
    pub name: String,
}

/// What can happen to a request, as `http.ClientRequest` has events for it.
#[derive(Debug)]
pub enum ClientEvent {
    /// An interim response: `'information'`, and `'continue'` for 100.
    Information(Response),
    /// `'response'`
    Response(IncomingMessage<Response>),
    /// `'upgrade'`: the server speaks another protocol on this connection now, which is
    /// no longer the Agent's.
    Upgrade(IncomingMessage<Response>, Upgraded),
    /// `'connect'`: an answer to `CONNECT`, whatever its status.
    Connect(IncomingMessage<Response>, Upgraded),
}

/// A request that is being made. It is sent while the program does something else.
///
/// Dropped before it was ended and answered, it is given up, and its socket closed.
#[derive(Debug)]
pub struct ClientRequest {
    shared: Arc<Shared>,
    events: mpsc::UnboundedReceiver<Result<ClientEvent, Error>>,
    first_line: String,
    raw_headers: Option<Vec<(String, String)>>,
    /// Nobody else keeps the Agent, perhaps.
    _agent: Agent,
}

/// What the program, which writes, and the task, which sends, have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    /// The program wrote, or gave up.
    changed: Notify,
    given_up: Notify,
    /// Something was sent.
    room: Notify,
}

#[derive(Debug)]
struct State {
    message: OutgoingMessage,
    /// Bytes that the socket did not take yet.
    in_flight: usize,
    /// What was sent, if it can be sent again.
    replay: Option<BytesMut>,
    /// Content has an end that the head tells.
    is_framed: bool,
    /// The program set `Connection: close`.
    says_close: bool,
    is_given_up: bool,
    /// Nothing will be sent any more.
    is_over: bool,
    /// The program has to read before more is read for it.
    waits_for_program: bool,
    is_reused: bool,
    has_heard: bool,
    has_response: bool,
    /// When something was sent or received last.
    touched: Instant,
}

impl ClientRequest {
    pub(crate) fn new(
        agent: &Agent,
        options: RequestOptions,
    ) -> Result<(ClientRequest, Job), Error> {
        let method = method(&options.method)?;
        let path = match options.path.as_str() {
            "" => "/",
            path => path,
        };
        if !path.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::UnescapedCharacters);
        }
        let message = message(agent, &method, &options)?;
        let expects = message.headers().is_some_and(|h| h.contains("expect"));
        let may_replay = agent.options().retry && method.is_idempotent();
        let shared = Arc::new(Shared::new(message, may_replay));
        let (sender, events) = mpsc::unbounded_channel();
        let request = ClientRequest {
            shared: Arc::clone(&shared),
            events,
            first_line: format!("{method} {path} HTTP/1.1\r\n"),
            raw_headers: options.raw_headers,
            _agent: agent.clone(),
        };
        if expects || request.raw_headers.is_some() {
            request.store_header(&mut shared.lock())?;
        }
        let RequestOptions { host, port, .. } = options;
        let name = format!("{host}:{port}");
        let job = Job {
            shared,
            events: Some(sender),
            origin: Arc::new(Origin { host, port, name }),
            method,
            timeout: options.timeout,
            max_header_size: options.max_header_size,
            agent: Arc::new(agent.options().clone()),
        };
        Ok((request, job))
    }

    /// The head is made out of what was set until now.
    fn store_header(&self, state: &mut State) -> Result<(), Error> {
        let raw = self.raw_headers.iter().flatten();
        let more: Vec<(&str, &[u8])> = raw
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let message = &mut state.message;
        let set = message.headers().into_iter().flat_map(Headers::lines);
        let own: Vec<(&str, &[u8])> = set.chain(more.iter().copied()).collect();
        check_framing(&own)?;
        let closes = |(name, value): &(&str, &[u8])| {
            name.eq_ignore_ascii_case("connection") && has_word(value, b"close")
        };
        state.says_close = own.iter().any(closes);
        message.store_header(self.first_line.as_bytes(), &more)?;
        state.is_framed = message.has_end();
        Ok(())
    }

    /// Sets a field.
    ///
    /// # Errors
    /// [`Error::HeadersSent`]; [`Error::InvalidToken`] and [`Error::InvalidChar`] for
    /// what would split the message.
    pub fn set_header(
        &mut self,
        name: &str,
        value: impl AsRef<[u8]>,
    ) -> Result<(), Error> {
        let mut state = self.shared.lock();
        state.message.headers_mut()?.set(name, value)
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
        let mut state = self.shared.lock();
        state.message.headers_mut()?.set_all(name, values)
    }

    /// Removes a field, or one that would be added.
    ///
    /// # Errors
    /// [`Error::HeadersSent`]
    pub fn remove_header(&mut self, name: &str) -> Result<(), Error> {
        self.shared.lock().message.remove_header(name)
    }

    /// Sends the head now.
    ///
    /// # Errors
    /// [`Error::TrailerInvalid`]
    pub fn flush_headers(&mut self) -> Result<(), Error> {
        let mut state = self.shared.lock();
        if !state.message.has_head() {
            self.store_header(&mut state)?;
        }
        state.message.send_head();
        self.shared.changed.notify_one();
        Ok(())
    }

    /// Content. Returns whether there is room for more, below 64 KiB; if not, the next
    /// should wait for [`drain`](Self::drain). Nothing is lost if it does not.
    ///
    /// # Errors
    /// [`Error::WriteAfterEnd`]. Any other ends the request: [`Error::Framing`], and
    /// [`Error::BodyNotAllowed`] if the head is sent and does not tell where the content
    /// ends; [`Error::ContentLengthMismatch`].
    pub fn write(&mut self, data: impl AsRef<[u8]>) -> Result<bool, Error> {
        let data = data.as_ref();
        let mut state = self.shared.lock();
        let written = self
            .begin_content(&mut state, data)
            .and_then(|()| state.message.write(data));
        self.shared.written(&mut state, &written);
        written.map(|()| state.waiting() < HIGH_WATER_MARK)
    }

    /// The last of the content, or nothing: the request is complete.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn end(&mut self, data: impl AsRef<[u8]>) -> Result<(), Error> {
        let data = data.as_ref();
        let mut state = self.shared.lock();
        if !state.message.has_head() {
            state.message.set_content_length(data.len() as u64);
        }
        let ended = self
            .begin_content(&mut state, data)
            .and_then(|()| state.message.end(data));
        self.shared.written(&mut state, &ended);
        ended
    }

    // ANCHOR: framed
    /// Makes the head, and sees to it that it tells where the content ends. Node does
    /// not where the method has no content as a rule, such as `GET` and `DELETE`: there
    /// the server takes the content for the next request.
    fn begin_content(&self, state: &mut State, data: &[u8]) -> Result<(), Error> {
        let has_content = !data.is_empty();
        if !state.message.has_head() {
            state.message.use_chunked_encoding_by_default |= has_content;
            self.store_header(state)?;
        }
        match has_content && !state.is_framed {
            true => Err(Error::BodyNotAllowed),
            false => Ok(()),
        }
    }
    // ANCHOR_END: framed

    /// The fields behind chunked content.
    ///
    /// # Errors
    /// As [`set_header`](Self::set_header).
    pub fn add_trailers(&mut self, trailers: &[(&str, &str)]) -> Result<(), Error> {
        let fields = trailers.iter().map(|(n, v)| (*n, v.as_bytes()));
        let fields: Vec<_> = fields.collect();
        self.shared.lock().message.add_trailers(&fields)
    }

    /// Waits until everything that was written is in the hands of the kernel: the
    /// `'drain'` event.
    ///
    /// # Errors
    /// [`Error::HangUp`] if it never will be.
    pub async fn drain(&mut self) -> Result<(), Error> {
        loop {
            let room = self.shared.room.notified();
            if self.shared.lock().waiting() == 0 {
                return Ok(());
            }
            if self.shared.is_over() {
                return Err(Error::HangUp);
            }
            room.await;
        }
    }

    /// The next thing that happens to the request.
    ///
    /// # Errors
    /// The socket's, the parser's, [`Error::HangUp`], [`Error::Timeout`]. Nothing
    /// follows an error, nor a response.
    pub async fn event(&mut self) -> Result<ClientEvent, Error> {
        self.events.recv().await.unwrap_or(Err(Error::HangUp))
    }

    /// The response. Interim ones are skipped.
    ///
    /// # Errors
    /// As [`event`](Self::event); [`Error::HangUp`] if the server speaks another
    /// protocol now, of which [`event`](Self::event) would tell.
    pub async fn response(&mut self) -> Result<IncomingMessage<Response>, Error> {
        loop {
            match self.event().await? {
                ClientEvent::Information(_) => {}
                ClientEvent::Response(response) => return Ok(response),
                ClientEvent::Upgrade(..) | ClientEvent::Connect(..) => {
                    return Err(Error::HangUp);
                }
            }
        }
    }

    /// Waits for `100 Continue`. Returns the response, if the server answers without:
    /// the content is not wanted, then.
    ///
    /// # Errors
    /// As [`response`](Self::response).
    pub async fn proceed(
        &mut self,
    ) -> Result<Option<IncomingMessage<Response>>, Error> {
        loop {
            match self.event().await? {
                ClientEvent::Information(head) if head.status == 100 => {
                    return Ok(None);
                }
                ClientEvent::Information(_) => {}
                ClientEvent::Response(response) => return Ok(Some(response)),
                ClientEvent::Upgrade(..) | ClientEvent::Connect(..) => {
                    return Err(Error::HangUp);
                }
            }
        }
    }

    /// Waits until the socket is closed, or is the Agent's again: the `'close'` event.
    /// What happens until then is lost.
    pub async fn closed(&mut self) {
        while self.events.recv().await.is_some() {}
    }

    /// The socket served another request before: if the connection breaks without an
    /// answer, the server may have given it up before it saw this one.
    pub fn reused_socket(&self) -> bool {
        self.shared.lock().is_reused
    }
}

impl Drop for ClientRequest {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        if !state.message.is_ended() || !state.has_response {
            self.shared.give_up(&mut state);
        }
    }
}

/// The program may say itself where the content ends, but in one way only, and in one
/// that the server can find (RFC 9112 §6.3).
fn check_framing(own: &[(&str, &[u8])]) -> Result<(), Error> {
    let values = |name: &str| {
        let own = own.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        own.map(|(_, value)| *value).collect::<Vec<_>>()
    };
    let (lengths, codings) = (values("content-length"), values("transfer-encoding"));
    match (&lengths[..], &codings[..]) {
        ([], []) => Ok(()),
        ([], [coding]) if coding.eq_ignore_ascii_case(b"chunked") => Ok(()),
        ([length], []) if is_length(length) => Ok(()),
        _ => Err(Error::Framing),
    }
}

/// Digits, and no more of them than a length has.
fn is_length(value: &[u8]) -> bool {
    let length = str::from_utf8(value)
        .ok()
        .and_then(|text| text.parse().ok());
    length.is_some_and(|_: u64| value.iter().all(u8::is_ascii_digit))
}

/// The method, in capitals.
fn method(name: &str) -> Result<Method, Error> {
    let name = name.to_ascii_uppercase();
    Method::new(name.as_bytes()).ok_or(Error::InvalidToken)
}

/// What the constructor of `ClientRequest` sets.
fn message(
    agent: &Agent,
    method: &Method,
    options: &RequestOptions,
) -> Result<OutgoingMessage, Error> {
    use Method::{Connect, Delete, Get, Head, Options, Trace};
    let mut message = OutgoingMessage::new();
    message.has_agent = true;
    message.should_keep_alive = agent.reuses();
    message.strict_content_length = true;
    message.use_chunked_encoding_by_default =
        !matches!(method, Get | Head | Delete | Options | Trace | Connect);
    if !options.set_default_headers {
        for name in ["connection", "content-length", "transfer-encoding"] {
            message.remove_header(name)?;
        }
    }
    if options.raw_headers.is_some() {
        return Ok(message);
    }
    let headers = message.headers_mut()?;
    for (name, value) in &options.headers {
        headers.set(name, value)?;
    }
    if options.set_default_headers && !headers.contains("host") {
        headers.set("Host", host(method, options))?;
    }
    Ok(message)
}

/// The value of `Host`.
fn host(method: &Method, options: &RequestOptions) -> String {
    let RequestOptions { host, port, .. } = options;
    let host = match host.matches(':').count() {
        2.. if !host.starts_with('[') => format!("[{host}]"),
        _ => host.clone(),
    };
    match (method, port) {
        (Method::Connect, _) => options.path.clone(),
        (_, 80) => host,
        _ => format!("{host}:{port}"),
    }
}

// ANCHOR: may-retry
/// Whether a request that failed may be sent again, without anybody's leave
/// (RFC 9110 §9.2.2, RFC 9112 §9.3.1): asking twice is as asking once; the connection
/// is one that the server may have given up before it saw the request; and not a byte
/// came back.
pub fn may_retry(
    method: &Method,
    is_reused: bool,
    has_heard: bool,
    error: &Error,
) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    let is_lost = matches!(
        error,
        Error::HangUp | Error::Io(ConnectionReset | ConnectionAborted | BrokenPipe)
    );
    is_lost && is_reused && !has_heard && method.is_idempotent()
}
// ANCHOR_END: may-retry

impl State {
    fn waiting(&self) -> usize {
        self.message.len() + self.in_flight
    }
}

impl Shared {
    fn new(message: OutgoingMessage, may_replay: bool) -> Shared {
        Shared {
            state: Mutex::new(State {
                message,
                in_flight: 0,
                replay: may_replay.then(BytesMut::new),
                is_framed: false,
                says_close: false,
                is_given_up: false,
                is_over: false,
                waits_for_program: false,
                is_reused: false,
                has_heard: false,
                has_response: false,
                touched: Instant::now(),
            }),
            changed: Notify::new(),
            given_up: Notify::new(),
            room: Notify::new(),
        }
    }

    /// A panic elsewhere leaves nothing half done here.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// There is more to send, or never will be: a message that cannot be completed is
    /// given up.
    fn written(&self, state: &mut State, result: &Result<(), Error>) {
        match result {
            Ok(()) => self.changed.notify_one(),
            Err(Error::WriteAfterEnd) => {}
            Err(_) => self.give_up(state),
        }
    }

    fn give_up(&self, state: &mut State) {
        state.is_given_up = true;
        self.given_up.notify_one();
    }

    /// The request has a socket. What was written until now leaves in the chunks in
    /// which it was written; from now on, what is written in one tick is one chunk.
    pub fn begin(&self, is_reused: bool) {
        let mut state = self.lock();
        state.is_reused = is_reused;
        state.message.has_socket = true;
    }

    /// What is to be sent next, and whether the program has ended the request.
    pub fn take(&self) -> (BytesMut, bool) {
        let mut state = self.lock();
        let bytes = state.message.take();
        state.in_flight = bytes.len();
        match &mut state.replay {
            Some(replay) if replay.len() + bytes.len() <= MAX_REPLAY => {
                replay.extend_from_slice(&bytes);
            }
            replay => *replay = None,
        }
        (bytes, state.message.is_ended())
    }

    /// The kernel has so many bytes of what was taken.
    pub fn sent(&self, bytes: usize) {
        self.lock().in_flight -= bytes;
        self.touch();
        self.room.notify_waiters();
    }

    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Something came from the server.
    pub fn heard(&self) {
        self.lock().has_heard = true;
    }

    /// The response has come.
    pub fn responded(&self) {
        self.lock().has_response = true;
    }

    /// The request is over, sent or not.
    pub fn finish(&self) {
        self.lock().is_over = true;
        self.room.notify_waiters();
    }

    fn is_over(&self) -> bool {
        self.lock().is_over
    }

    pub fn touch(&self) {
        self.lock().touched = Instant::now();
    }

    /// When something was sent or received last: just now, while it is the program that
    /// is waited for.
    pub fn touched(&self) -> Instant {
        let state = self.lock();
        match state.waits_for_program {
            true => Instant::now(),
            false => state.touched,
        }
    }

    /// The program has to read before more is read for it, or has done so.
    pub fn wait_for_program(&self, waits: bool) {
        let mut state = self.lock();
        state.waits_for_program = waits;
        state.touched = Instant::now();
    }

    /// Whether the program has given up.
    pub fn is_given_up(&self) -> bool {
        self.lock().is_given_up
    }

    /// Returns when the program has given up.
    pub async fn destroyed(&self) {
        while !self.is_given_up() {
            self.given_up.notified().await;
        }
    }

    /// The head said nothing against another request on the same connection.
    pub fn keeps_alive(&self) -> bool {
        let state = self.lock();
        state.message.should_keep_alive && !state.says_close
    }

    /// Prepares to send everything again, if that may be.
    pub fn prepare_retry(&self, method: &Method, error: &Error) -> bool {
        let mut state = self.lock();
        let may = may_retry(method, state.is_reused, state.has_heard, error);
        let Some(sent) = state.replay.take().filter(|_| may) else {
            return false;
        };
        let rest = state.message.take();
        state.message.write_raw(&sent);
        state.message.write_raw(&rest);
        state.replay = Some(BytesMut::new());
        true
    }
}
