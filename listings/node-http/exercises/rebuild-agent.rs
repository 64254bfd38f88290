//! Build what an Agent decides: which socket a request gets, and what becomes of a
//! socket whose response is complete.
//!
//! A request takes the idle socket that was used last; else a new one, while there are
//! fewer than `max_sockets`, busy and idle; else it waits. A socket that becomes free
//! serves the request that waits longest; else it is idle, while there are fewer than
//! `max_free` of these; else it is closed. A socket that closes by itself, busy or
//! idle, may be replaced by a new one for a request that waits. `Sockets` and `Action`
//! are in exercises/checks/api.rs.

use crate::checks::{Action, Sockets};

pub struct Agent;

// UNSOLVED: fill in the three methods, then delete this line
impl Sockets for Agent {
    fn new(_max_sockets: usize, _max_free: usize) -> Agent {
        Agent
    }

    fn request(&mut self, _request: usize) -> Option<Action> {
        None
    }

    fn free(&mut self, _socket: usize) -> Option<Action> {
        None
    }

    fn closed(&mut self, _socket: usize) -> Option<Action> {
        None
    }
}
