//! Busy sockets, idle sockets, requests that wait. A request waits only when all of the
//! sockets are busy: never is one idle while a request waits for it.

use crate::checks::{Action, Sockets};
use std::collections::VecDeque;

pub struct Agent {
    max_sockets: usize,
    max_free: usize,
    busy: Vec<usize>,
    idle: Vec<usize>,
    waiting: VecDeque<usize>,
    /// The number of the next socket.
    next: usize,
}

impl Agent {
    fn serve(&mut self, socket: usize, request: usize) -> Option<Action> {
        self.busy.push(socket);
        Some(Action::Serve { socket, request })
    }

    fn open(&mut self, request: usize) -> Option<Action> {
        self.next += 1;
        self.serve(self.next - 1, request)
    }
}

impl Sockets for Agent {
    fn new(max_sockets: usize, max_free: usize) -> Agent {
        Agent {
            max_sockets,
            max_free,
            busy: Vec::new(),
            idle: Vec::new(),
            waiting: VecDeque::new(),
            next: 0,
        }
    }

    fn request(&mut self, request: usize) -> Option<Action> {
        if let Some(socket) = self.idle.pop() {
            return self.serve(socket, request);
        }
        if self.busy.len() < self.max_sockets {
            return self.open(request);
        }
        self.waiting.push_back(request);
        None
    }

    fn free(&mut self, socket: usize) -> Option<Action> {
        self.busy.retain(|busy| *busy != socket);
        if let Some(request) = self.waiting.pop_front() {
            return self.serve(socket, request);
        }
        if self.idle.len() < self.max_free {
            self.idle.push(socket);
            return None;
        }
        Some(Action::Close { socket })
    }

    fn closed(&mut self, socket: usize) -> Option<Action> {
        self.busy.retain(|busy| *busy != socket);
        self.idle.retain(|idle| *idle != socket);
        let request = self.waiting.pop_front()?;
        self.open(request)
    }
}
