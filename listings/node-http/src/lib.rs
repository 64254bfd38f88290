//! `node:http` on `http-wire` and tokio: what goes over the wire is what Node sends,
//! byte for byte, and limits, timeouts and the order of things are Node's.
//!
//! [`Server`] is `http.createServer`. A handler gets an [`IncomingMessage`] and a
//! [`ServerResponse`], as in Node; where Node has an event, there is a method to await.
//!
//! [`Agent::request`] is `http.request`: it makes a [`ClientRequest`], which is sent
//! while the program does something else, on a socket of the Agent's pool.
//!
//! [`Server`]: server::Server
//! [`IncomingMessage`]: incoming::IncomingMessage
//! [`ServerResponse`]: response::ServerResponse

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod body;
mod connection;
mod date;
mod error;
mod headers;
mod incoming;
mod outgoing;
mod response;
mod server;
mod status;
mod sweep;
mod upgrade;

mod agent;
mod client;
mod exchange;

pub use agent::{Agent, AgentOptions, Counts, Scheduling};
pub use client::{ClientEvent, ClientRequest, RequestOptions, may_retry};
pub use error::Error;
pub use incoming::{IncomingMessage, joined};
pub use response::ServerResponse;
pub use server::{Server, ServerOptions};
pub use status::reason;
pub use upgrade::Upgraded;
