//! The server, through streams in memory and a clock that jumps: what it sends, what it
//! keeps, what it forgets, and when.

mod alone;
mod answers;
mod close;
mod content;
mod expect;
mod hostile;
mod peer;
mod pipeline;
mod sockets;
mod time;
mod upgrade;
