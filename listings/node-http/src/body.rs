//! The content of a message that comes in: a bounded queue between the connection,
//! which parses, and whoever reads.

use crate::error::Error;
use bytes::{Bytes, BytesMut};
use http_wire::Fields;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// What a piece costs besides its bytes: its place in the queue, and in the heap.
const PIECE: usize = 64;

/// A piece shorter than this has a buffer of its own. Otherwise one byte would keep all
/// of the read with which it came.
const SMALL: usize = 16 << 10;

#[derive(Debug)]
enum State {
    Open,
    /// The message is complete.
    Ended,
    Failed(Error),
}

#[derive(Debug)]
struct Shared {
    parts: VecDeque<Bytes>,
    /// Their bytes, and `PIECE` for each.
    buffered: usize,
    high_water_mark: usize,
    state: State,
    trailers: Fields,
    /// Somebody asked for content at least once (`_consuming`).
    is_consuming: bool,
    /// Nobody wants it any more (`_dumped`).
    is_dumped: bool,
    /// There was something to throw away.
    is_lossy: bool,
    is_destroyed: bool,
    reader: Option<Waker>,
    source: Option<Waker>,
}

type Handle = Arc<Mutex<Shared>>;

/// A panic elsewhere leaves nothing half done here.
fn lock(handle: &Handle) -> MutexGuard<'_, Shared> {
    handle.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The content of a message: the stream half of Node's `IncomingMessage`.
///
/// At most `highWaterMark` bytes, and one piece more, wait in it; then the connection
/// reads no further until somebody takes some. Each piece counts for 64 bytes more than
/// it has: content in chunks of one byte must not cost more memory than any other.
#[derive(Debug)]
pub(crate) struct Body(Option<Handle>);

/// Where the connection puts content.
#[derive(Clone, Debug)]
pub(crate) struct Sender(Handle);

/// A body that is being received.
pub(crate) fn channel(high_water_mark: usize) -> (Sender, Body) {
    let shared = Arc::new(Mutex::new(Shared {
        parts: VecDeque::new(),
        buffered: 0,
        high_water_mark,
        state: State::Open,
        trailers: Fields::new(),
        is_consuming: false,
        is_dumped: false,
        is_lossy: false,
        is_destroyed: false,
        reader: None,
        source: None,
    }));
    (Sender(Arc::clone(&shared)), Body(Some(shared)))
}

impl Body {
    /// No content, and all of it is here.
    pub(crate) fn empty() -> Body {
        Body(None)
    }

    // ANCHOR: body-poll
    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Error>>> {
        let Some(handle) = &self.0 else {
            return Poll::Ready(None);
        };
        let mut shared = lock(handle);
        shared.is_consuming = true;
        if let Some(part) = shared.parts.pop_front() {
            shared.buffered -= part.len() + PIECE;
            if shared.buffered < shared.high_water_mark {
                wake(&mut shared.source);
            }
            return Poll::Ready(Some(Ok(part)));
        }
        match &shared.state {
            _ if shared.is_lossy => Poll::Ready(Some(Err(Error::Dumped))),
            State::Ended => Poll::Ready(None),
            State::Failed(error) => Poll::Ready(Some(Err(error.clone()))),
            State::Open => {
                shared.reader = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
    // ANCHOR_END: body-poll

    /// The next piece, as it came; none behind the last.
    ///
    /// # Errors
    /// [`Error::Aborted`] if the other side went away before the end, or what else ended
    /// the connection; [`Error::Dumped`] if nobody had asked for content before the
    /// answer was sent, and there was some. Each later call returns the same.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// All of it, if it is `most` bytes or less.
    ///
    /// # Errors
    /// [`Error::TooLarge`], or an error of [`Body::next`].
    pub async fn collect(&mut self, most: usize) -> Result<Bytes, Error> {
        let mut all = BytesMut::new();
        while let Some(part) = self.next().await {
            let part = part?;
            if all.len() + part.len() > most {
                return Err(Error::TooLarge);
            }
            all.extend_from_slice(&part);
        }
        Ok(all.freeze())
    }

    /// The fields behind chunked content, once it has ended.
    pub fn trailers(&self) -> Fields {
        let handle = self.0.as_ref();
        handle.map_or_else(Fields::new, |handle| lock(handle).trailers.clone())
    }

    /// Whether the whole message has come in, read, dumped, or not.
    pub fn is_complete(&self) -> bool {
        let handle = self.0.as_ref();
        handle.is_none_or(|handle| matches!(lock(handle).state, State::Ended))
    }

    /// Ends the connection.
    pub fn destroy(&mut self) {
        if let Some(handle) = &self.0 {
            let mut shared = lock(handle);
            shared.is_destroyed = true;
            wake(&mut shared.source);
        }
    }
}

/// Nobody reads it: the rest is read from the connection and dropped.
impl Drop for Body {
    fn drop(&mut self) {
        if let Some(handle) = &self.0 {
            dump(&mut lock(handle));
        }
    }
}

fn dump(shared: &mut Shared) {
    shared.is_dumped = true;
    shared.is_lossy |= !shared.parts.is_empty();
    shared.parts = VecDeque::new();
    shared.buffered = 0;
    wake(&mut shared.source);
}

fn wake(waker: &mut Option<Waker>) {
    if let Some(waker) = waker.take() {
        waker.wake();
    }
}

impl Sender {
    /// A piece of content.
    pub fn push(&self, part: Bytes) {
        let mut shared = lock(&self.0);
        if shared.is_dumped {
            shared.is_lossy = true;
        } else {
            shared.buffered += part.len() + PIECE;
            shared.parts.push_back(match part.len() {
                ..SMALL => Bytes::copy_from_slice(&part),
                _ => part,
            });
        }
        wake(&mut shared.reader);
    }

    /// Ready when more may be pushed: there is room, or nobody reads any more.
    pub fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut shared = lock(&self.0);
        if shared.buffered < shared.high_water_mark {
            return Poll::Ready(());
        }
        shared.source = Some(cx.waker().clone());
        Poll::Pending
    }

    /// The message is complete.
    pub fn end(&self, trailers: Fields) {
        let mut shared = lock(&self.0);
        shared.trailers = trailers;
        shared.state = State::Ended;
        wake(&mut shared.reader);
    }

    /// It will never be complete. A message that is, stays so.
    pub fn abort(&self, error: Error) {
        let mut shared = lock(&self.0);
        if matches!(shared.state, State::Open) {
            shared.state = State::Failed(error);
            wake(&mut shared.reader);
        }
    }

    /// Nobody reads it any more.
    pub fn is_dumped(&self) -> bool {
        lock(&self.0).is_dumped
    }

    /// The answer is sent: content that nobody began to read is not wanted any more.
    pub fn dump_if_unread(&self) {
        let mut shared = lock(&self.0);
        if !shared.is_consuming {
            dump(&mut shared);
        }
    }

    /// Whether the reader wants the connection to end; if not, it will wake the task
    /// when it does.
    pub fn poll_destroyed(&self, cx: &mut Context<'_>) -> bool {
        let mut shared = lock(&self.0);
        if !shared.is_destroyed {
            shared.source = Some(cx.waker().clone());
        }
        shared.is_destroyed
    }
}
