//! One connection of a server: `connectionListener` and `parserOnIncoming` of
//! lib/_http_server.js.

use crate::body::{self, Body, Sender};
use crate::error::Error;
use crate::incoming::{IncomingMessage, joined};
use crate::outgoing::{OutgoingMessage, has_word};
use crate::response::{self, Answer, ServerResponse};
use crate::server::{Handler, Shared, Task};
use crate::sweep::{Order, Tracked};
use crate::upgrade::Upgraded;
use bytes::{Buf, Bytes, BytesMut};
use http_wire::{Event, Fields, Framing, Method, Request, RequestParser, Version};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep_until};

/// Room for one read.
const READ: usize = 8 << 10;
/// Room for one read while content comes.
const READ_CONTENT: usize = 64 << 10;

/// What a field costs besides its bytes.
const FIELD: usize = 32;

/// As many fields come to lib/ in pieces.
const FLUSHED: usize = 32;

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// At once.
    Destroy,
    /// The other side is told that nothing more comes.
    Shutdown,
    /// It is handed over.
    Upgrade,
}

/// A request whose answer is not sent.
struct Exchange {
    answer: Answer,
    /// What the head costs, in bytes.
    head: usize,
    /// The content of the request, if it has any.
    content: Option<Sender>,
    /// The handler, until it returns.
    task: Option<Task>,
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.answer.close();
    }
}

/// The content of the request that is being read. If the rest never comes, its reader
/// is told.
struct Receiving(Sender);

impl Drop for Receiving {
    fn drop(&mut self) {
        self.0.abort(Error::Aborted);
    }
}

/// A request that asks for the connection itself.
struct Upgrading {
    request: IncomingMessage,
    is_connect: bool,
    /// All of the request is there.
    is_ready: bool,
}

struct Connection<S> {
    stream: S,
    server: Arc<Shared>,
    tracked: Arc<Tracked>,
    peer: Option<SocketAddr>,
    parser: RequestParser,
    input: BytesMut,
    /// Requests in the order in which they came; the first has the socket.
    exchanges: VecDeque<Exchange>,
    receiving: Option<Receiving>,
    trailers: Fields,
    /// Fields came to lib/ in pieces once, and do so from then on: ticks run before each
    /// head (`Parser::Flush` of src/node_http_parser.cc).
    is_flushing: bool,
    is_in_message: bool,
    /// The last request said that nothing follows.
    is_closed: bool,
    upgrading: Option<Upgrading>,
    requests: u32,
    /// Bytes of answers that the kernel has not taken.
    out: BytesMut,
    needs_flush: bool,
    /// Answers at the front that are complete, and all of them in `out` or sent.
    gathered: usize,
    /// Nothing follows the last of these.
    is_last: bool,
    /// Too much waits to be sent: no request is read.
    is_paused: bool,
    /// The other side has ended: what is in `out` is sent, and nothing else.
    is_ending: bool,
    /// How long nothing may move; zero is no limit.
    idle_timeout: Duration,
    deadline: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
}

/// A connection's place on the list. It is taken off when the connection is gone.
pub(crate) struct Entry {
    id: u64,
    tracked: Arc<Tracked>,
    server: Arc<Shared>,
}

impl Entry {
    pub fn new(server: Arc<Shared>) -> Entry {
        let (id, tracked) = server.connections.add();
        Entry {
            id,
            tracked,
            server,
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.server.connections.remove(self.id);
        self.server.gone.notify_waiters();
    }
}

/// Serves a connection to its end.
pub(crate) async fn serve<S>(stream: S, entry: Entry, peer: Option<SocketAddr>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (server, tracked) = (Arc::clone(&entry.server), Arc::clone(&entry.tracked));
    let mut connection = Connection::new(stream, server, tracked, peer);
    let end = poll_fn(|cx| connection.poll(cx)).await;
    connection.end(end).await;
}

impl<S> Connection<S>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    fn new(
        stream: S,
        server: Arc<Shared>,
        tracked: Arc<Tracked>,
        peer: Option<SocketAddr>,
    ) -> Self {
        let parser = RequestParser::new(server.options.parser());
        let idle_timeout = server.options.timeout;
        let mut connection = Connection {
            stream,
            server,
            tracked,
            peer,
            parser,
            input: BytesMut::new(),
            exchanges: VecDeque::new(),
            receiving: None,
            trailers: Fields::new(),
            is_flushing: false,
            is_in_message: false,
            is_closed: false,
            upgrading: None,
            requests: 0,
            out: BytesMut::new(),
            needs_flush: false,
            gathered: 0,
            is_last: false,
            is_paused: false,
            is_ending: false,
            idle_timeout,
            deadline: None,
            alarm: None,
        };
        connection.touch();
        connection
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        match self.tracked.poll_order(cx) {
            Order::GoOn => {}
            // The sweep runs beside the connection, which may have read the rest since.
            Order::Expire if self.is_late() => {
                return Poll::Ready(self.fail(&Error::RequestTimeout, cx));
            }
            Order::Expire => self.tracked.take_back(Order::Expire),
            Order::Destroy => return Poll::Ready(End::Destroy),
        }
        if let Err(end) = self.poll_tasks(cx) {
            return Poll::Ready(end);
        }
        loop {
            match self.step(cx) {
                Ok(true) => {}
                Ok(false) => break,
                Err(end) => return Poll::Ready(end),
            }
        }
        self.poll_alarm(cx).map(|()| End::Destroy)
    }

    fn is_late(&self) -> bool {
        let options = &self.server.options;
        let (headers, request) = (options.headers_timeout, options.request_timeout);
        let connections = &self.server.connections;
        connections.is_late(&self.tracked, headers, request)
    }

    // ANCHOR: step
    /// Reads, parses and writes as far as it gets; whether that was anywhere.
    fn step(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        let parsed = self.parse(cx)?;
        let written = self.write(cx)?;
        let read = self.read(cx)?;
        Ok(parsed || written || read)
    }
    // ANCHOR_END: step

    /// Goes on with the handlers. All of them: what woke the connection is not known.
    fn poll_tasks(&mut self, cx: &mut Context<'_>) -> Result<(), End> {
        let mut at = 0;
        while let Some(exchange) = self.exchanges.get_mut(at) {
            let task = exchange.task.take();
            exchange.task = match task {
                Some(task) => poll_once(task, cx)?,
                None => None,
            };
            // As a tick: if that was the end of an answer, the next one has the socket
            // before its handler goes on.
            let before = self.exchanges.len();
            self.write(cx)?;
            at = (at + 1).saturating_sub(before - self.exchanges.len());
        }
        Ok(())
    }

    // ANCHOR: parse
    /// Takes requests out of the input until there is no whole one, or no room.
    fn parse(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        let mut moved = false;
        while self.may_read(cx)? {
            let is_over = self.is_closed && !self.is_in_message;
            if is_over && !self.input.iter().all(|byte| b"\r\n".contains(byte)) {
                return Err(self.fail(&Error::ClosedConnection, cx));
            }
            match self.parser.next(&mut self.input) {
                Ok(Some(event)) => self.on_event(event, cx)?,
                Ok(None) => break,
                Err(error) => return Err(self.fail(&error.into(), cx)),
            }
            moved = true;
        }
        let is_between = self.parser.is_between_messages() || self.is_closed;
        if (self.is_in_message || !is_between) && !self.tracked.has_message() {
            self.server.connections.message_begins(&self.tracked);
        }
        Ok(moved)
    }
    // ANCHOR_END: parse

    /// Whether more of the connection may be read: somebody takes what comes, and
    /// somebody takes what we send.
    fn may_read(&self, cx: &mut Context<'_>) -> Result<bool, End> {
        let is_ready = self.upgrading.as_ref().is_some_and(|u| u.is_ready);
        // Content comes all the same: its handler may be waiting for it.
        let is_paused = self.is_paused && !self.is_in_message;
        if is_paused || self.is_ending || is_ready {
            return Ok(false);
        }
        let content = self.receiving.as_ref();
        let has_room = content.is_none_or(|r| r.0.poll_room(cx).is_ready());
        if !has_room && self.upgrading.is_some() {
            // Nobody reads it before it is complete, and it is too large for that.
            return Err(End::Destroy);
        }
        Ok(has_room)
    }

    fn on_event(
        &mut self,
        event: Event<Request>,
        cx: &mut Context<'_>,
    ) -> Result<(), End> {
        match event {
            Event::Head(request) => {
                self.is_flushing |= request.fields.len() >= FLUSHED;
                if self.is_flushing {
                    self.write(cx)?;
                }
                return self.on_request(request, cx);
            }
            Event::Data(data) => {
                if let Some(receiving) = &self.receiving {
                    receiving.0.push(data);
                }
                // Ticks run behind each piece of content and behind trailers, and an
                // answer that is sent is out of the way of a mistake that follows.
                self.write(cx)?;
            }
            Event::Trailers(trailers) => {
                self.trailers = trailers;
                self.is_flushing = true;
                self.write(cx)?;
            }
            Event::End => {
                self.is_in_message = false;
                self.tracked.message_ends();
                let trailers = std::mem::take(&mut self.trailers);
                if let Some(receiving) = self.receiving.take() {
                    receiving.0.end(trailers);
                }
                if let Some(upgrading) = &mut self.upgrading {
                    upgrading.is_ready = true;
                }
            }
        }
        Ok(())
    }

    /// A head is there: `parserOnIncoming`.
    fn on_request(
        &mut self,
        request: Request,
        cx: &mut Context<'_>,
    ) -> Result<(), End> {
        self.is_in_message = true;
        if !self.tracked.has_message() {
            self.server.connections.message_begins(&self.tracked);
        }
        self.tracked.head_is_complete();
        if let Err(error) = check_head(&request, self.server.options.max_header_size) {
            return Err(self.fail(&error, cx));
        }
        self.idle_timeout = self.server.options.timeout;
        self.touch();
        let keeps_alive = keep_alive(&request);
        self.is_closed = !keeps_alive;
        let content = match request.framing {
            Framing::Empty | Framing::Length(0) => None,
            _ => Some(body::channel(self.server.options.high_water_mark)),
        };
        let (sender, body) = match content {
            Some((sender, body)) => (Some(sender), body),
            None => (None, Body::empty()),
        };
        self.receiving = sender.clone().map(Receiving);
        if self.is_upgrade(&request)? {
            self.parser.switch_protocols();
            self.upgrading = Some(Upgrading {
                is_connect: request.method == Method::Connect,
                request: self.incoming(request, body),
                is_ready: false,
            });
            return Ok(());
        }
        let (response, answer) = self.respond(&request, keeps_alive);
        let head = size(&request) + FIELD * request.fields.len();
        if self.exchanges.is_empty() {
            answer.assign_socket();
            self.tracked.set_answering(true);
        }
        let task = self.start(request, body, response);
        let task = match task {
            Some(task) => poll_once(task, cx)?,
            None => None,
        };
        self.exchanges.push_back(Exchange {
            answer,
            head,
            content: sender,
            task,
        });
        self.pause_if_full();
        Ok(())
    }

    /// Whether the request asks for the connection, and a listener takes it.
    fn is_upgrade(&self, request: &Request) -> Result<bool, End> {
        if request.method == Method::Connect {
            let is_taken = self.server.connect.get().is_some();
            return is_taken.then_some(true).ok_or(End::Destroy);
        }
        let is_taken = self.server.upgrade.get().is_some();
        Ok(is_taken && request.upgrade().is_some())
    }

    fn incoming(&self, request: Request, body: Body) -> IncomingMessage {
        let message = IncomingMessage::new(request, body, self.peer);
        message.of_connection(Arc::clone(&self.tracked))
    }

    /// The answer to a request, with what the request says about it.
    fn respond(
        &self,
        request: &Request,
        keeps_alive: bool,
    ) -> (ServerResponse, Answer) {
        let options = &self.server.options;
        let mut out = OutgoingMessage::new();
        out.send_date = true;
        out.has_body = request.method != Method::Head;
        out.should_keep_alive = keeps_alive;
        out.keep_alive_timeout = options.keep_alive_timeout;
        out.max_requests_per_socket = options.max_requests_per_socket;
        out.reject_non_standard_body_writes = options.reject_non_standard_body_writes;
        let Version { major, minor } = request.version;
        if major < 1 || minor < 1 {
            let te = joined(&request.fields, "te").unwrap_or_default();
            out.use_chunked_encoding_by_default = has_word(&te, b"chunked");
        }
        if request.version == Version::HTTP_11 {
            out.max_requests_on_connection_reached = self.is_limited()
                && options.max_requests_per_socket <= self.requests + 1;
        }
        response::pair(out, options.high_water_mark, Arc::clone(&self.tracked))
    }

    fn is_limited(&self) -> bool {
        self.server.options.max_requests_per_socket > 0
    }

    // ANCHOR: start
    /// Finds who answers a request; nobody but the server itself, in four cases.
    fn start(
        &mut self,
        request: Request,
        body: Body,
        mut response: ServerResponse,
    ) -> Option<Task> {
        let server = Arc::clone(&self.server);
        let mut handler: &Handler = &server.request;
        if request.version == Version::HTTP_11 {
            if server.options.require_host_header && !request.fields.contains("host") {
                return reply(response, 400, &[("Connection", "close")]);
            }
            self.requests += u32::from(self.is_limited());
            if self.requests > server.options.max_requests_per_socket {
                if let Some(listener) = server.drop_request.get() {
                    listener(&request);
                }
                return reply(response, 503, &[]);
            }
            if let Some(expected) = joined(&request.fields, "expect") {
                let is_continue = has_word(&expected, b"100-continue");
                let listener = match is_continue {
                    true => server.check_continue.get(),
                    false => server.check_expectation.get(),
                };
                if is_continue {
                    response.await_continue();
                }
                match listener {
                    Some(listener) => handler = listener,
                    // An answer that has not begun cannot refuse it.
                    None if is_continue => response.write_continue().unwrap_or(()),
                    None => return reply(response, 417, &[]),
                }
            }
        }
        Some(handler(self.incoming(request, body), response))
    }
    // ANCHOR_END: start

    // ANCHOR: pause
    /// A flood of requests whose answers nobody reads must not fill the memory.
    fn pause_if_full(&mut self) {
        let most = self.server.options.high_water_mark;
        let (first, others) = self.queued();
        self.is_paused = first >= most || others >= most || self.has_too_many();
    }

    fn go_on_if_empty(&mut self) -> bool {
        if !self.is_paused {
            return false;
        }
        let most = self.server.options.high_water_mark;
        let (first, others) = self.queued();
        self.is_paused = first > 0 || others > most || self.has_too_many();
        !self.is_paused
    }

    /// Whether no more requests may be held. A large one alone is none too many: the
    /// other side may go away while it is answered, and that has to be seen.
    fn has_too_many(&self) -> bool {
        let options = &self.server.options;
        let waiting = self.exchanges.iter().skip(1);
        let heads: usize = waiting.map(|exchange| exchange.head).sum();
        heads >= options.high_water_mark
            || self.exchanges.len() >= options.max_pipelined
    }

    /// Bytes that wait: of the answer that is being sent, and of all behind it.
    fn queued(&self) -> (usize, usize) {
        let mut lengths = self.exchanges.iter().map(|e| e.answer.queued());
        let first = lengths.next().unwrap_or(0) + self.out.len();
        (first, lengths.sum())
    }
    // ANCHOR_END: pause

    /// Something is wrong with what came: `socketOnError`. The answer to that must not
    /// stand in the middle of another. What waits for the end of the tick is lost.
    fn fail(&mut self, error: &Error, cx: &mut Context<'_>) -> End {
        let may_answer = match self.exchanges.front() {
            Some(first) => {
                first.answer.take_urgent(&mut self.out);
                !first.answer.is_begun()
            }
            None => true,
        };
        let answer = match self.server.client_error.get() {
            Some(listener) => listener(error).unwrap_or_default(),
            None => error_answer(error),
        };
        if may_answer {
            self.out.extend_from_slice(&answer);
        }
        // What the kernel does not take now is lost.
        if !self.out.is_empty() {
            let _ = Pin::new(&mut self.stream).poll_write(cx, &self.out);
            let _ = Pin::new(&mut self.stream).poll_flush(cx);
        }
        End::Destroy
    }

    // ANCHOR: gather
    /// Takes what the first answer has. If that is all of it, complete answers behind
    /// it share the write.
    fn gather(&mut self, cx: &mut Context<'_>) {
        let most = self.server.options.high_water_mark;
        while !self.is_ending && !self.is_last && self.out.len() < most {
            let Some(next) = self.exchanges.get(self.gathered) else {
                break;
            };
            if self.gathered > 0 && !next.answer.is_ended() {
                break;
            }
            let progress = next.answer.poll_take(cx, &mut self.out);
            if !progress.is_ended {
                break;
            }
            self.gathered += 1;
            self.is_last = progress.is_last;
        }
    }
    // ANCHOR_END: gather

    // ANCHOR: write
    /// Sends what answers have, in the order of their requests.
    fn write(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        let mut moved = false;
        loop {
            self.gather(cx);
            if !self.out.is_empty() {
                match Pin::new(&mut self.stream).poll_write(cx, &self.out) {
                    Poll::Ready(Ok(0) | Err(_)) => return Err(End::Destroy),
                    Poll::Ready(Ok(length)) => self.sent(length),
                    Poll::Pending => break,
                }
            } else if self.is_ending {
                return Err(End::Shutdown);
            } else if self.gathered > 0 {
                self.gathered -= 1;
                self.finish_first()?;
            } else {
                break;
            }
            moved = true;
        }
        if self.needs_flush {
            let flushed = Pin::new(&mut self.stream).poll_flush(cx);
            self.needs_flush = flushed.is_pending();
        }
        let is_free = self.exchanges.is_empty() && self.out.is_empty();
        if is_free && self.upgrading.as_ref().is_some_and(|u| u.is_ready) {
            return Err(End::Upgrade);
        }
        Ok(self.go_on_if_empty() || moved)
    }
    // ANCHOR_END: write

    fn sent(&mut self, length: usize) {
        self.out.advance(length);
        self.needs_flush = true;
        self.touch();
        let mut left = length;
        for exchange in &self.exchanges {
            left -= exchange.answer.sent(left);
            if left == 0 {
                break;
            }
        }
    }

    // ANCHOR: finish-first
    /// The kernel has all of the first answer: `resOnFinish`.
    fn finish_first(&mut self) -> Result<(), End> {
        if let Some(mut first) = self.exchanges.pop_front() {
            first.answer.finish();
            if let Some(content) = &first.content {
                content.dump_if_unread();
            }
            // What it still does is none of the connection's business.
            first.task.take().map(tokio::spawn);
        }
        self.tracked.set_answering(!self.exchanges.is_empty());
        if self.is_last && self.gathered == 0 {
            return Err(End::Shutdown);
        }
        let options = &self.server.options;
        if let Some(next) = self.exchanges.front() {
            next.answer.assign_socket();
        } else if !options.keep_alive_timeout.is_zero() {
            self.idle_timeout = options
                .keep_alive_timeout
                .saturating_add(options.keep_alive_timeout_buffer);
            self.touch();
        }
        Ok(())
    }
    // ANCHOR_END: finish-first

    fn read(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        if !self.may_read(cx)? {
            return Ok(false);
        }
        let is_content = self.receiving.is_some();
        self.input
            .reserve(if is_content { READ_CONTENT } else { READ });
        let read = pin!(self.stream.read_buf(&mut self.input)).poll(cx);
        match read {
            Poll::Ready(Ok(0)) => self.on_end(cx)?,
            Poll::Ready(Ok(_)) => self.touch(),
            Poll::Ready(Err(_)) => return Err(End::Destroy),
            Poll::Pending => return Ok(false),
        }
        Ok(true)
    }

    // ANCHOR: on-end
    /// The other side sends no more: `socketOnEnd`. Node takes that for a good-bye.
    /// What has been written is sent; an answer that is not complete never will be.
    fn on_end(&mut self, cx: &mut Context<'_>) -> Result<(), End> {
        if let Err(error) = self.parser.finish() {
            return Err(self.fail(&error.into(), cx));
        }
        if let Some(first) = self.exchanges.front() {
            first.answer.poll_take(cx, &mut self.out);
        }
        self.is_ending = true;
        Ok(())
    }
    // ANCHOR_END: on-end

    /// Something moved: the time without any begins anew.
    fn touch(&mut self) {
        let timeout = self.idle_timeout;
        let is_limit = !timeout.is_zero();
        let end = is_limit.then(|| Instant::now().checked_add(timeout));
        self.deadline = end.flatten();
    }

    /// Ready when nothing moved for too long. The timer is not moved with each byte, but
    /// looks again when it fires.
    fn poll_alarm(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = self.deadline else {
            return Poll::Pending;
        };
        let new = || Box::pin(sleep_until(deadline));
        let alarm = self.alarm.get_or_insert_with(new);
        if deadline < alarm.deadline() {
            alarm.as_mut().reset(deadline);
        }
        while alarm.as_mut().poll(cx).is_ready() {
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
            alarm.as_mut().reset(deadline);
        }
        Poll::Pending
    }

    /// Ready when the other side is told; or need not be, because there is an order to
    /// end, or nothing moves for too long. Some streams have to write for that.
    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.tracked.poll_order(cx) != Order::GoOn {
            return Poll::Ready(());
        }
        match Pin::new(&mut self.stream).poll_shutdown(cx) {
            // Whether that can be said or not, it is over.
            Poll::Ready(_) => Poll::Ready(()),
            Poll::Pending => self.poll_alarm(cx),
        }
    }

    /// Tells all who wait, and lets go of the stream.
    async fn end(mut self, end: End) {
        let tasks = self.exchanges.iter_mut().filter_map(|e| e.task.take());
        let tasks: Vec<Task> = tasks.collect();
        self.exchanges.clear();
        self.receiving = None;
        // In Node, nothing stops a handler.
        tasks.into_iter().for_each(|task| drop(tokio::spawn(task)));
        match end {
            End::Destroy => {}
            End::Shutdown => {
                poll_fn(|cx| self.poll_shutdown(cx)).await;
            }
            End::Upgrade => {
                let Some(upgrading) = self.upgrading.take() else {
                    return;
                };
                let listener = match upgrading.is_connect {
                    true => self.server.connect.get(),
                    false => self.server.upgrade.get(),
                };
                if let Some(listener) = listener {
                    let socket = Upgraded::new(self.input.freeze(), self.stream);
                    listener(upgrading.request, socket).await;
                }
            }
        }
    }
}

/// Runs a handler to where it next waits. None, if it never does. A panic ends the
/// connection, and leaves the other handlers alone.
fn poll_once(mut task: Task, cx: &mut Context<'_>) -> Result<Option<Task>, End> {
    let polled = catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(cx)));
    match polled {
        Ok(polled) => Ok(polled.is_pending().then_some(task)),
        Err(_) => Err(End::Destroy),
    }
}

/// The server answers by itself. There is no handler.
fn reply(
    mut response: ServerResponse,
    status: u16,
    fields: &[(&str, &str)],
) -> Option<Task> {
    // Nothing is sent, and the fields are fields.
    let head = response.write_head(status, None, fields);
    let _ = head.and_then(|()| response.end(b""));
    None
}

/// Whether the connection may go on, as llhttp sees it: by the numbers of the version.
fn keep_alive(request: &Request) -> bool {
    let Version { major, minor } = request.version;
    let is_1_1 = major > 0 && minor > 0;
    let mut members = request.fields.list("connection");
    let mut asks = || members.any(|m| m.eq_ignore_ascii_case(b"keep-alive"));
    request.keep_alive() && (is_1_1 || asks())
}

/// What Node checks and `http-wire` does not.
fn check_head(request: &Request, max_header_size: u32) -> Result<(), Error> {
    // Those that have a name of their own are on the list.
    if let Method::Other(_) = request.method
        && !METHODS.contains(&request.method.as_str())
    {
        return Err(Error::InvalidMethod);
    }
    let Version { major, minor } = request.version;
    if !matches!((major, minor), (0, 9) | (1, 0) | (1, 1) | (2, 0)) {
        return Err(Error::InvalidVersion);
    }
    match size(request) < max_header_size as usize {
        true => Ok(()),
        false => Err(Error::HeaderOverflow),
    }
}

/// The bytes of a head that Node counts.
fn size(request: &Request) -> usize {
    let tokens = request.fields.iter().map(|(n, v)| n.len() + v.len());
    request.target.as_bytes().len() + tokens.sum::<usize>()
}

/// `http.METHODS`.
const METHODS: [&str; 35] = [
    "ACL",
    "BIND",
    "CHECKOUT",
    "CONNECT",
    "COPY",
    "DELETE",
    "GET",
    "HEAD",
    "LINK",
    "LOCK",
    "M-SEARCH",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MOVE",
    "NOTIFY",
    "OPTIONS",
    "PATCH",
    "POST",
    "PROPFIND",
    "PROPPATCH",
    "PURGE",
    "PUT",
    "QUERY",
    "REBIND",
    "REPORT",
    "SEARCH",
    "SOURCE",
    "SUBSCRIBE",
    "TRACE",
    "UNBIND",
    "UNLINK",
    "UNLOCK",
    "UNSUBSCRIBE",
];

/// What a client that made a mistake gets before the connection ends.
fn error_answer(error: &Error) -> Bytes {
    Bytes::from_static(match error.code() {
        "HPE_HEADER_OVERFLOW" => {
            b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n"
        }
        "HPE_CHUNK_EXTENSIONS_OVERFLOW" => {
            b"HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\n\r\n"
        }
        "ERR_HTTP_REQUEST_TIMEOUT" => {
            b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"
        }
        _ => b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
    })
}
