//! The bytes of each request wait in a buffer of its own. The oldest one has the
//! socket; when it ends, the next one has it, with all that it has written already, and
//! that one may have ended, too.

use crate::checks::Responses;
use std::collections::VecDeque;

#[derive(Default)]
pub struct Queue {
    /// Requests that are gone from the front.
    complete: usize,
    waiting: VecDeque<Response>,
    ready: Vec<u8>,
}

#[derive(Default)]
struct Response {
    bytes: Vec<u8>,
    is_ended: bool,
}

impl Queue {
    /// Lets everything leave that can.
    fn flush(&mut self) {
        while let Some(first) = self.waiting.front_mut() {
            self.ready.append(&mut first.bytes);
            if !first.is_ended {
                return;
            }
            self.waiting.pop_front();
            self.complete += 1;
        }
    }

    fn response(&mut self, request: usize) -> Option<&mut Response> {
        let at = request.checked_sub(self.complete)?;
        self.waiting.get_mut(at)
    }
}

impl Responses for Queue {
    fn request(&mut self) -> usize {
        self.waiting.push_back(Response::default());
        self.complete + self.waiting.len() - 1
    }

    fn write(&mut self, request: usize, bytes: &[u8]) {
        if let Some(response) = self.response(request) {
            response.bytes.extend_from_slice(bytes);
        }
        self.flush();
    }

    fn end(&mut self, request: usize) {
        if let Some(response) = self.response(request) {
            response.is_ended = true;
        }
        self.flush();
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.ready)
    }
}
