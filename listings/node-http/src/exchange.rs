//! One request and its response on a socket: what `tickOnSocket`, `socketOnData` and
//! `responseOnEnd` of lib/_http_client.js do.

use crate::agent::{IdleTime, idle_time};
use crate::body::{self, Body, Sender};
use crate::client::{ClientEvent, HIGH_WATER_MARK, Origin, Shared};
use crate::error::Error;
use crate::incoming::IncomingMessage;
use crate::upgrade::Upgraded;
use bytes::{Bytes, BytesMut};
use http_wire::{Config, Event, Fields, Lenient, Limits};
use http_wire::{Method, Response, ResponseParser};
use std::future::{pending, poll_fn};
use std::io;
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

/// How many interim responses a request takes; Node takes any number.
const MAX_INTERIM: usize = 64;

/// How much is read at once.
const READ: usize = 16 << 10;

/// How many fields a response has at most (`MAX_HEADER_PAIRS` of
/// src/node_http_parser.cc). Node's client forgets what is beyond.
const MAX_FIELDS: u32 = 1000;

/// A request that looks for a socket, or has one.
#[derive(Debug)]
pub(crate) struct Job {
    pub shared: Arc<Shared>,
    /// `None` when the request is over.
    pub events: Option<mpsc::UnboundedSender<Result<ClientEvent, Error>>>,
    pub origin: Arc<Origin>,
    pub method: Method,
    /// How long the other side may be silent.
    pub timeout: Option<Duration>,
    pub max_header_size: u32,
    /// The options of the Agent that matter here.
    pub agent: Arc<crate::AgentOptions>,
}

/// A socket, and what was read from it and not parsed yet.
#[derive(Debug)]
pub(crate) struct Connection {
    io: TcpStream,
    input: BytesMut,
    peer: Option<SocketAddr>,
    /// It has served a request before.
    pub is_reused: bool,
    /// How long it may be idle, as its last response has it.
    pub idle_time: IdleTime,
}

/// What becomes of the socket.
pub(crate) enum After {
    /// It may serve another request, or be idle.
    Free(Option<Ending>),
    Close(Option<Ending>),
    /// Another protocol is spoken on it.
    Switched(Response),
    /// The request has to be asked again elsewhere.
    Retry,
}

/// A response that is complete. Its reader is told when this is dropped: when the Agent
/// has the socket, for a next request may follow at once.
pub(crate) struct Ending(Sender, Fields);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.end(std::mem::replace(&mut self.1, Fields::new()));
    }
}

/// How a response ended.
enum Received {
    Complete(Complete),
    Switched(Response),
}

struct Complete {
    keep_alive: bool,
    /// `Keep-Alive`
    hint: Option<Bytes>,
    trailers: Fields,
}

impl Job {
    /// The name of the pool's sockets that can serve it.
    pub fn origin(&self) -> &str {
        &self.origin.name
    }

    fn emit(&self, event: Result<ClientEvent, Error>) {
        if let Some(events) = &self.events {
            // Whoever made the request may be gone.
            let _ = events.send(event);
        }
    }

    /// The request is over: its `'close'` event.
    pub fn done(&mut self) {
        self.events = None;
        self.shared.finish();
    }

    /// Hands the socket over.
    pub fn switched(&self, response: Response, connection: Connection) {
        let Connection {
            io, input, peer, ..
        } = connection;
        let response = IncomingMessage::new(response, Body::empty(), peer);
        let upgraded = Upgraded::new(input.freeze(), io);
        self.emit(Ok(match self.method {
            Method::Connect => ClientEvent::Connect(response, upgraded),
            _ => ClientEvent::Upgrade(response, upgraded),
        }));
    }

    /// A new socket. None if there is none to have, which the request is told.
    pub async fn connect(
        &self,
        destroyed: &mut watch::Receiver<u64>,
    ) -> Option<Connection> {
        self.shared.touch();
        let connected = tokio::select! {
            biased;
            error = self.given_up(destroyed) => Err(error),
            connected = connect(&self.origin) => connected.map_err(Error::from),
        };
        let mut connection = connected.map_err(|error| self.emit(Err(error))).ok()?;
        connection.idle_time = idle_time(None, &self.agent);
        Some(connection)
    }

    /// The request is destroyed, or the Agent, or the other side is silent too long.
    async fn given_up(&self, destroyed: &mut watch::Receiver<u64>) -> Error {
        tokio::select! {
            () = self.shared.destroyed() => Error::HangUp,
            () = agent_destroyed(destroyed) => Error::HangUp,
            () = silence(&self.shared, self.timeout) => Error::Timeout,
        }
    }
}

/// Returns when [`Agent::destroy`](crate::Agent::destroy) is called. An Agent that is
/// gone has not been destroyed: a response may outlive it.
async fn agent_destroyed(destroyed: &mut watch::Receiver<u64>) {
    if destroyed.changed().await.is_err() {
        pending().await
    }
}

/// Whoever drops a request has to say so to the program that waits for it.
impl Drop for Job {
    fn drop(&mut self) {
        self.done();
    }
}

async fn connect(origin: &Origin) -> io::Result<Connection> {
    let io = TcpStream::connect((&origin.host[..], origin.port)).await?;
    // As Node's client does: noDelay, and keepAlive after keepAliveMsecs.
    io.set_nodelay(true)?;
    let probes = socket2::TcpKeepalive::new().with_time(Duration::from_secs(1));
    socket2::SockRef::from(&io).set_tcp_keepalive(&probes)?;
    let peer = io.peer_addr().ok();
    Ok(Connection {
        io,
        input: BytesMut::new(),
        peer,
        is_reused: false,
        idle_time: IdleTime::Unlimited,
    })
}

/// Returns when nothing was sent or received for this long.
async fn silence(shared: &Shared, limit: Option<Duration>) {
    let Some(limit) = limit else {
        return pending().await;
    };
    loop {
        let Some(end) = shared.touched().checked_add(limit) else {
            return pending().await;
        };
        if Instant::now() >= end {
            return;
        }
        sleep_until(end).await;
    }
}

impl Connection {
    // ANCHOR: idle
    /// Waits for the next request. None if the socket is of no use any more: it was
    /// idle for too long, the server closed it, or sent what nobody asked for.
    pub async fn idle(
        &self,
        next: &mut oneshot::Receiver<Job>,
        destroyed: &mut watch::Receiver<u64>,
    ) -> Option<Job> {
        let end = async {
            match self.idle_time {
                IdleTime::Most(time) => tokio::time::sleep(time).await,
                _ => pending().await,
            }
        };
        tokio::select! {
            biased;
            _ = destroyed.changed() => {}
            () = self.spoiled() => {}
            () = end => {}
            job = &mut *next => return job.ok(),
        }
        // It may have come just now.
        next.close();
        next.try_recv().ok()
    }
    // ANCHOR_END: idle

    /// Returns when there is something to read. Readiness is only a hint: it is there
    /// still when the last read happened to fill its buffer.
    async fn spoiled(&self) {
        while self.io.readable().await.is_ok() {
            let peeked = self.io.try_io(Interest::READABLE, || self.peek());
            if !is_empty(&peeked) {
                return;
            }
        }
    }

    fn peek(&self) -> io::Result<usize> {
        let socket = socket2::SockRef::from(&self.io);
        socket.peek(&mut [MaybeUninit::uninit()])
    }

    // ANCHOR: is-spoiled
    /// Whether the socket has anything to read before a request is sent: its end, an
    /// error, or a response to nobody, which would be taken for that to the next
    /// request (`installFreeSocketDataGuard`).
    pub fn is_spoiled(&self) -> bool {
        !is_empty(&self.peek())
    }
    // ANCHOR_END: is-spoiled
}

/// Nothing has come, and the connection stands.
fn is_empty(peeked: &io::Result<usize>) -> bool {
    let error = peeked.as_ref().err().map(io::Error::kind);
    error == Some(io::ErrorKind::WouldBlock)
}

// ANCHOR: exchange
/// Sends the request and receives the response, both at once: a server may answer, or
/// refuse, before it has all of it.
pub(crate) async fn exchange(
    connection: &mut Connection,
    job: &Job,
    agent_destroyed: &mut watch::Receiver<u64>,
) -> After {
    let shared = &job.shared;
    if shared.is_given_up() {
        // It waited for this socket until nobody waited for it.
        return After::Free(None);
    }
    shared.begin(connection.is_reused);
    let Connection {
        io,
        input,
        peer,
        idle_time: time,
        ..
    } = connection;
    let (mut reader, mut writer) = io.split();
    let mut send = pin!(send(&mut writer, shared));
    let mut ended = pin!(job.given_up(agent_destroyed));
    let (mut sent, mut body) = (None, None);
    let received = {
        let mut receive = pin!(receive(&mut reader, input, *peer, job, &mut body));
        loop {
            tokio::select! {
                biased;
                error = &mut ended => break Err((error, false)),
                // What could not be sent may have been refused: the answer is read.
                result = &mut send, if sent.is_none() => sent = Some(result.is_ok()),
                result = &mut receive => break result.map_err(|error| (error, true)),
            }
        }
    };
    let complete = match received {
        Ok(Received::Complete(complete)) => complete,
        Ok(Received::Switched(response)) => return After::Switched(response),
        Err((error, true)) if shared.prepare_retry(&job.method, &error) => {
            return After::Retry;
        }
        Err((error, _)) => return lost(job, error, body),
    };
    let mut ending = body.map(|body| Ending(body, complete.trailers));
    if sent.is_none() {
        // The program may read this to its end before it writes the rest.
        ending = None;
        if complete.keep_alive {
            tokio::select! {
                _ = ended => {}
                result = send => sent = Some(result.is_ok()),
            }
        }
    }
    let is_clean = sent == Some(true) && input.is_empty();
    if !complete.keep_alive || !is_clean || !shared.keeps_alive() {
        return After::Close(ending);
    }
    *time = idle_time(complete.hint.as_deref(), &job.agent);
    After::Free(ending)
}
// ANCHOR_END: exchange

/// Tells the program of an error, where it looks for one.
fn lost(job: &Job, error: Error, body: Option<Sender>) -> After {
    match body {
        None => job.emit(Err(error)),
        Some(body) if error == Error::Timeout => body.abort(error),
        Some(body) => body.abort(Error::Aborted),
    }
    After::Close(None)
}

/// Sends what the program writes, as it comes, until it ends the request.
async fn send(io: &mut WriteHalf<'_>, shared: &Shared) -> io::Result<()> {
    loop {
        let (bytes, is_ended) = shared.take();
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let count = io.write(rest).await?;
            if count == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            rest = &rest[count..];
            shared.sent(count);
        }
        if bytes.is_empty() {
            if is_ended {
                return Ok(());
            }
            shared.changed().await;
        }
    }
}

/// Node counts the bytes of names, values and reason; this leaves room for what stands
/// between them, and the exact count comes after.
fn parser(job: &Job) -> ResponseParser {
    let head_bytes = job.max_header_size.saturating_add(4 * MAX_FIELDS + 64);
    let mut parser = ResponseParser::new(Config {
        limits: Limits {
            start_line: head_bytes,
            head_bytes,
            field_count: MAX_FIELDS,
            ..Limits::default()
        },
        // What Node's client takes.
        lenient: Lenient {
            other_codings: true,
            no_reason: true,
            ..Lenient::default()
        },
    });
    parser.expect(&job.method);
    parser
}

fn is_too_large(head: &Response, most: u32) -> bool {
    let fields = head
        .fields
        .iter()
        .map(|(name, value)| name.len() + value.len());
    head.reason.len() + fields.sum::<usize>() >= most as usize
}

/// Reads the response to its end, and no faster than the program takes it. Puts the
/// way to the program into `to` as soon as it has a response.
async fn receive(
    io: &mut ReadHalf<'_>,
    input: &mut BytesMut,
    peer: Option<SocketAddr>,
    job: &Job,
    to: &mut Option<Sender>,
) -> Result<Received, Error> {
    let mut parser = parser(job);
    let mut trailers = Fields::new();
    let (mut interim, mut dumped) = (0, 0);
    let mut keep_alive = false;
    let mut hint = None;
    loop {
        let event = match parser.next(input)? {
            Some(event) => event,
            None => {
                let read = read(io, input, job, to.as_ref(), &mut parser).await;
                match read? {
                    Some(event) => event,
                    None => continue,
                }
            }
        };
        match event {
            Event::Head(head) if is_too_large(&head, job.max_header_size) => {
                return Err(Error::HeaderOverflow);
            }
            Event::Head(head) if head.is_interim() => {
                interim += 1;
                if interim > MAX_INTERIM {
                    return Err(Error::TooLarge);
                }
                job.emit(Ok(ClientEvent::Information(head)));
            }
            Event::Head(head) if head.status == 101 && head.upgrade().is_none() => {
                return Err(Error::HangUp);
            }
            Event::Head(head)
                if head.status == 101 || job.method == Method::Connect =>
            {
                return Ok(Received::Switched(head));
            }
            Event::Head(head) => {
                keep_alive = head.keep_alive();
                hint = head.fields.get("keep-alive").map(Bytes::copy_from_slice);
                let (sender, body) = body::channel(HIGH_WATER_MARK);
                *to = Some(sender);
                let message = IncomingMessage::new(head, body, peer);
                job.shared.responded();
                job.emit(Ok(ClientEvent::Response(message)));
            }
            Event::Data(data) => {
                if let Some(body) = to {
                    if body.is_dumped() {
                        dumped += data.len();
                    }
                    if dumped > HIGH_WATER_MARK {
                        // A new connection costs less than the rest of this one.
                        return Err(Error::HangUp);
                    }
                    body.push(data);
                    job.shared.wait_for_program(true);
                    let room = room(body).await;
                    job.shared.wait_for_program(false);
                    room?;
                }
            }
            Event::Trailers(fields) => {
                let frames = ["content-length", "transfer-encoding"];
                if frames.iter().any(|name| fields.contains(name)) {
                    return Err(Error::Framing);
                }
                trailers = fields;
            }
            Event::End => {
                if to.is_some() {
                    return Ok(Received::Complete(Complete {
                        keep_alive,
                        hint,
                        trailers,
                    }));
                }
            }
        }
    }
}

/// Reads more; at the end of the stream, the event that this means, or an error.
async fn read(
    io: &mut ReadHalf<'_>,
    input: &mut BytesMut,
    job: &Job,
    to: Option<&Sender>,
    parser: &mut ResponseParser,
) -> Result<Option<Event<Response>>, Error> {
    input.reserve(READ);
    let count = tokio::select! {
        count = io.read_buf(input) => count?,
        () = body_destroyed(to) => return Err(Error::HangUp),
    };
    job.shared.touch();
    if count > 0 {
        job.shared.heard();
        return Ok(None);
    }
    match parser.finish() {
        Ok(Some(event)) => Ok(Some(event)),
        Ok(None) | Err(_) => Err(Error::HangUp),
    }
}

/// Waits until the program has taken enough of the content.
async fn room(body: &Sender) -> Result<(), Error> {
    poll_fn(|cx| match body.poll_destroyed(cx) {
        true => Poll::Ready(Err(Error::HangUp)),
        false => body.poll_room(cx).map(Ok),
    })
    .await
}

/// The program wants no more of this response.
async fn body_destroyed(body: Option<&Sender>) {
    poll_fn(|cx| match body {
        Some(body) if body.poll_destroyed(cx) => Poll::Ready(()),
        _ => Poll::Pending,
    })
    .await;
}
