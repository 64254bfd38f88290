//! One connection from its first byte to its last: requests in, answers out, in order.

use crate::body::{Body, BodyError};
use crate::config::Config;
use crate::date;
use crate::log::Entry;
use crate::metrics::{Counters, count};
use crate::response::{Content, Parts, Response, reason};
use crate::transport::{Plain, Transport};
use crate::wire::{End, Wire};
use bytes::{Bytes, BytesMut};
use http_wire::{Fields, Framing, Method, Target, Version, write};
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Poll, Waker, ready};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;

// ANCHOR: handler
/// What a server is for: gives each request its answer.
pub trait Handler: Send + Sync + 'static {
    /// The answer to a request. Its content is read through `body`, or not at all.
    ///
    /// A `HEAD` may be answered as a `GET`: the server leaves the content away. Methods
    /// that no RFC of HTTP names, `CONNECT` and `TRACE` do not come here, but are
    /// answered with 501.
    ///
    /// # Errors
    /// A [`Failure`], which the server turns into an answer.
    fn handle(
        &self,
        request: &Request,
        body: &mut Body<'_>,
    ) -> impl Future<Output = Result<Response, Failure>> + Send;
}
// ANCHOR_END: handler

/// A request, without its content.
#[derive(Debug)]
pub struct Request {
    /// What was sent.
    pub head: http_wire::Request,
    /// Who sent it.
    pub peer: SocketAddr,
}

impl Request {
    /// The method.
    pub fn method(&self) -> &Method {
        &self.head.method
    }

    /// The path as it was sent: nothing is decoded.
    pub fn path(&self) -> &[u8] {
        self.head.target.path()
    }

    /// The first value of a field.
    pub fn field(&self, name: &str) -> Option<&[u8]> {
        self.head.fields.get(name)
    }
}

/// Why a handler has no answer of its own.
#[derive(Debug)]
pub enum Failure {
    /// The content of the request did not come as it should: 400, 408 or 413.
    Body(BodyError),
    /// This status, with a page that says so.
    Status(u16),
    /// Something of the server's: 500, or 507 where a disk is full.
    Io(io::Error),
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Failure {
        Failure::Body(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Io(error)
    }
}

impl Failure {
    fn into_response(self) -> Response {
        use io::ErrorKind::{QuotaExceeded, StorageFull};
        Response::page(match self {
            Failure::Body(error) => error.status(),
            Failure::Status(status) => status,
            Failure::Io(error) => match error.kind() {
                StorageFull | QuotaExceeded => 507,
                _ => 500,
            },
        })
    }
}

/// Where a connection is: what those who stop the server look at.
#[derive(Debug, Default)]
pub(crate) struct Life {
    /// It waits, or waited to its end, for a request of which it has seen nothing.
    pub idle: AtomicBool,
    /// Wakes it, so that it sees whether the server stops.
    pub waker: OnceLock<Waker>,
}

/// What a connection has around it.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub peer: SocketAddr,
    pub config: &'a Config,
    pub counters: &'a Counters,
    pub life: &'a Life,
    pub stopping: &'a AtomicBool,
}

/// Serves one connection on whatever stream: a Unix socket, TLS, a pipe in memory; on a
/// runtime of tokio with a timer. Limits on the number of connections are not kept here.
pub async fn serve_stream<S, H>(
    stream: S,
    peer: SocketAddr,
    config: &Config,
    handler: &H,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    H: Handler,
{
    let counters = config.metrics.any();
    let scene = Scene {
        peer,
        config,
        counters: &counters,
        life: &Life::default(),
        stopping: &AtomicBool::new(false),
    };
    serve(Plain(stream), scene, handler).await;
}

// ANCHOR: serve
/// Answers request after request, until one of the two sides wants no more.
pub(crate) async fn serve<S, H>(stream: S, scene: Scene<'_>, handler: &H)
where
    S: Transport,
    H: Handler,
{
    let mut wire = Wire::new(stream, scene.config, scene.counters);
    let end = loop {
        match exchange(&mut wire, scene, handler).await {
            Ok(Next::Request) => {}
            Ok(Next::Close { linger }) => return wire.close(linger).await,
            Err(end) => break end,
        }
        // A pipeline of thousands shares the worker with its other connections.
        tokio::task::consume_budget().await;
    };
    let status = match end {
        End::Over => return,
        End::Late => 408,
        End::Malformed(error) => {
            count(&scene.counters.malformed_total);
            error.status()
        }
    };
    refuse(&mut wire, scene, status);
    wire.close(true).await;
}

/// What follows an answer.
enum Next {
    Request,
    Close { linger: bool },
}

/// One request and its answer.
async fn exchange<S, H>(
    wire: &mut Wire<'_, S>,
    scene: Scene<'_>,
    handler: &H,
) -> Result<Next, End>
where
    S: Transport,
    H: Handler,
{
    let Some(head) = wire.head(scene.life, scene.stopping).await? else {
        return Ok(Next::Close { linger: false });
    };
    let started = scene.config.log.is_on().then(Instant::now);
    count(&scene.counters.requests_total);
    let peer = scene.peer;
    let request = Request { head, peer };
    let refused = refusal(&request.head);
    let response = match refused {
        Some(status) => Response::page(status),
        None if request.head.target == Target::Asterisk => options(),
        None => {
            let mut body = Body::new(wire, request.head.framing);
            caught(handler.handle(&request, &mut body), scene.counters).await
        }
    };
    let answer = response.into_parts();
    let status = answer.status;
    let is_endless =
        answer.content.length().is_none() && request.head.version < Version::HTTP_11;
    let follows = request.head.keep_alive()
        && wire.can_follow()
        && refused.is_none()
        && !is_endless
        && !scene.stopping.load(Relaxed);
    let sent = match wire.content_failed() {
        Some(End::Over) => Err(End::Over),
        failed => {
            if matches!(failed, Some(End::Malformed(_))) {
                count(&scene.counters.malformed_total);
            }
            count_answer(scene.counters, status);
            respond(wire, &request.head, answer, follows).await
        }
    };
    scene.config.log.write(scene.counters, || Entry {
        peer,
        line: request_line(&request.head),
        status,
        bytes: sent.ok(),
        took: started.map_or(Duration::ZERO, |started| started.elapsed()),
    });
    sent?;
    // The request has its answer: what is wrong with the rest of it gets none.
    if follows && wire.skip_content().await.is_ok() {
        return Ok(Next::Request);
    }
    // Who wanted to go on may have sent more, which nobody has read.
    let linger = request.head.keep_alive() || wire.has_unread();
    Ok(Next::Close { linger })
}
// ANCHOR_END: serve

/// The status of what the server refuses before any handler sees it. The connection
/// ends then. Behind a CONNECT may stand what was meant for the tunnel; a method that
/// nobody knows may have a meaning for what follows; and who expects something else than
/// to continue may or may not send the content.
fn refusal(head: &http_wire::Request) -> Option<u16> {
    if matches!(
        head.method,
        Method::Other(_) | Method::Connect | Method::Trace
    ) {
        return Some(501);
    }
    // RFC 9110 §10.1.1: there is one expectation, and what is no such is refused.
    let is_other = |member: &[u8]| !member.eq_ignore_ascii_case(b"100-continue");
    head.fields.list("expect").any(is_other).then_some(417)
}

/// `OPTIONS *` asks for the server, not for something on it.
fn options() -> Response {
    let methods = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS";
    Response::new(204).with("Allow", methods)
}

// ANCHOR: caught
/// The answer of a handler, whatever happens to it. Its future is a box: a connection
/// that waits for a request should not have the size of the largest handler.
async fn caught(
    answer: impl Future<Output = Result<Response, Failure>> + Send,
    counters: &Counters,
) -> Response {
    let mut answer = Box::pin(answer);
    let polled = poll_fn(|cx| {
        // The future is not polled again once it panicked.
        let poll = catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(cx)));
        match poll {
            Ok(poll) => poll.map(Some),
            Err(_) => Poll::Ready(None),
        }
    });
    match polled.await {
        Some(Ok(response)) => response,
        Some(Err(failure)) => failure.into_response(),
        None => {
            count(&counters.panics_total);
            Response::page(500)
        }
    }
}
// ANCHOR_END: caught

fn count_answer(counters: &Counters, status: u16) {
    count(match status {
        ..400 => &counters.answers_ok_total,
        400..500 => &counters.answers_4xx_total,
        _ => &counters.answers_5xx_total,
    });
}

fn request_line(head: &http_wire::Request) -> Vec<u8> {
    let (method, version) = (head.method.as_str(), head.version.to_string());
    let target = head.target.as_bytes();
    [method.as_bytes(), b" ", target, b" ", version.as_bytes()].concat()
}

/// The last answer of a connection whose input cannot be understood any more.
fn refuse<S>(wire: &mut Wire<'_, S>, scene: Scene<'_>, status: u16)
where
    S: Transport,
{
    count_answer(scene.counters, status);
    let answer = Response::page(status).into_parts();
    let length = answer.content.length();
    let framing = Framing::Length(length.unwrap_or(0));
    write_head(&mut wire.out, &answer, framing, Connection::Close);
    if let Content::Bytes(bytes) = answer.content {
        wire.out.extend_from_slice(&bytes);
    }
    scene.config.log.write(scene.counters, || Entry {
        peer: scene.peer,
        line: b"-".to_vec(),
        status,
        bytes: length,
        took: Duration::ZERO,
    });
}

/// What an answer says of the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Connection {
    Close,
    /// In HTTP/1.1 that goes without saying.
    Keep,
    /// In HTTP/1.0 it has to be said.
    KeepAloud,
}

// ANCHOR: respond
/// Writes an answer, or has it wait in `out`. How much content there was.
async fn respond<S>(
    wire: &mut Wire<'_, S>,
    head: &http_wire::Request,
    answer: Parts,
    follows: bool,
) -> Result<u64, End>
where
    S: Transport,
{
    let is_old = head.version < Version::HTTP_11;
    let framing = match answer.content.length() {
        _ if matches!(answer.status, 204 | 304) => Framing::Empty,
        Some(length) => Framing::Length(length),
        // HTTP/1.0 has no chunks: the end of the connection is the end of the content.
        None if is_old => Framing::UntilClose,
        None => Framing::Chunked,
    };
    let connection = match (follows, is_old) {
        (false, _) => Connection::Close,
        (true, false) => Connection::Keep,
        (true, true) => Connection::KeepAloud,
    };
    write_head(&mut wire.out, &answer, framing, connection);
    if head.method == Method::Head || framing == Framing::Empty {
        return Ok(0);
    }
    match answer.content {
        Content::Empty => Ok(0),
        Content::Bytes(bytes) => send_bytes(wire, bytes).await,
        Content::File {
            file,
            start,
            length,
        } => wire.send_file(&file, start, length).await.map(|()| length),
        Content::Stream(pieces) => {
            send_stream(wire, pieces, framing == Framing::Chunked).await
        }
    }
}
// ANCHOR_END: respond

/// A head, appended to what waits. The fields are lines that were checked already.
fn write_head(
    out: &mut BytesMut,
    answer: &Parts,
    framing: Framing,
    connection: Connection,
) {
    out.reserve(200 + answer.fields.len());
    let reason = reason(answer.status).as_bytes();
    let line = write::status_line(out, Version::HTTP_11, answer.status, reason);
    debug_assert!(line.is_ok(), "the status is one of three digits");
    date::now(|now| {
        for part in [b"Date: ", now.as_bytes(), b"\r\n"] {
            out.extend_from_slice(part);
        }
    });
    if !answer.kind.is_empty() {
        for part in [b"Content-Type: ", answer.kind.as_bytes(), b"\r\n"] {
            out.extend_from_slice(part);
        }
    }
    out.extend_from_slice(&answer.fields);
    match framing {
        Framing::Length(length) => write::content_length(out, length),
        Framing::Chunked => out.extend_from_slice(b"Transfer-Encoding: chunked\r\n"),
        Framing::Empty | Framing::UntilClose => {}
    }
    match connection {
        Connection::Keep => {}
        Connection::Close => out.extend_from_slice(b"Connection: close\r\n"),
        Connection::KeepAloud => out.extend_from_slice(b"Connection: keep-alive\r\n"),
    }
    write::end_of_head(out);
}

/// Small content joins the head; large content is not copied.
async fn send_bytes<S>(wire: &mut Wire<'_, S>, bytes: Bytes) -> Result<u64, End>
where
    S: Transport,
{
    const SMALL: usize = 16 << 10;
    let length = bytes.len() as u64;
    if bytes.len() <= SMALL {
        wire.out.extend_from_slice(&bytes);
    } else {
        wire.send(bytes).await?;
    }
    Ok(length)
}

/// What the next step of a stream is.
enum Step {
    Piece(io::Result<Bytes>),
    Complete,
}

/// Writes pieces as they come. When none is there, everything so far goes out. A peer
/// that hangs up meanwhile ends the stream, and with it whoever makes the pieces.
async fn send_stream<S>(
    wire: &mut Wire<'_, S>,
    mut pieces: mpsc::Receiver<io::Result<Bytes>>,
    is_chunked: bool,
) -> Result<u64, End>
where
    S: Transport,
{
    let mut sent = 0;
    loop {
        let step = poll_fn(|cx| match pieces.poll_recv(cx) {
            Poll::Ready(Some(piece)) => Poll::Ready(Ok(Step::Piece(piece))),
            Poll::Ready(None) => Poll::Ready(Ok(Step::Complete)),
            Poll::Pending => {
                ready!(wire.poll_send(cx, &mut Bytes::new()))?;
                wire.poll_gone(cx).map(|()| Err(End::Over))
            }
        });
        match step.await? {
            Step::Piece(Ok(piece)) => {
                sent += piece.len() as u64;
                send_piece(wire, piece, is_chunked).await?;
            }
            // What was sent must not be taken for all there is: no last chunk.
            Step::Piece(Err(_)) => return Err(End::Over),
            Step::Complete => break,
        }
    }
    if is_chunked {
        let last = write::last_chunk(&mut wire.out, &Fields::new());
        debug_assert!(last.is_ok(), "there are no trailers");
    }
    Ok(sent)
}

async fn send_piece<S>(
    wire: &mut Wire<'_, S>,
    piece: Bytes,
    is_chunked: bool,
) -> Result<(), End>
where
    S: Transport,
{
    if piece.is_empty() {
        return Ok(());
    }
    if is_chunked {
        write::chunk_line(&mut wire.out, piece.len() as u64);
    }
    send_bytes(wire, piece).await?;
    if is_chunked {
        wire.out.extend_from_slice(b"\r\n");
    }
    if wire.is_full() {
        wire.flush().await
    } else {
        Ok(())
    }
}
