//! Server-sent events: one stream to everybody who listens.

use crate::response::{Content, Response};
use bytes::Bytes;
use std::io;
use std::sync::{Mutex, PoisonError};
use tokio::sync::mpsc::{Sender, channel};

/// Events that may wait for one listener.
const WAITING: usize = 16;

// ANCHOR: events
/// Tells everybody who listens. Who does not read gets no further events once
/// so many wait for it; who hangs up is forgotten.
#[derive(Debug, Default)]
pub struct Events(Mutex<Vec<Sender<io::Result<Bytes>>>>);

impl Events {
    /// The answer to who wants to listen: a stream that stays open.
    pub fn listen(&self) -> Response {
        let (sender, events) = channel(WAITING);
        // The browser's `open` event comes with the first byte.
        let _ = sender.try_send(Ok(Bytes::from_static(b": hello\n\n")));
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| !listener.is_closed());
        listeners.push(sender);
        Response::new(200)
            .with("Content-Type", "text/event-stream")
            .with("Cache-Control", "no-store")
            .content(Content::Stream(events))
    }

    /// Sends an event of this name, which must be a word, to all. How many listen.
    pub fn send(&self, name: &str) -> usize {
        let event = Bytes::from(format!("event: {name}\ndata:\n\n"));
        let mut listeners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| !listener.is_closed());
        for listener in listeners.iter() {
            let _ = listener.try_send(Ok(event.clone()));
        }
        listeners.len()
    }
}
// ANCHOR_END: events
