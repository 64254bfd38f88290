//! An HTTP/1.1 server from the socket up: on tokio for waiting, on `http-wire` for the
//! bytes, and on nothing else that knows HTTP.
//!
//! A [`Server`] asks a [`Handler`] for the answer to each request. [`Files`] is what a
//! handler serves a folder with, [`Uploads`] what it takes files into one with, [`App`]
//! the handler that the command has. Everything a peer controls is limited: see
//! [`Config`] for each limit with its default.
//!
//! ```
//! use raw_http_server::{Body, Config, Failure, Handler, Request, Response, Server};
//! use std::io::{Read, Write};
//!
//! struct Hello;
//!
//! impl Handler for Hello {
//!     async fn handle(&self, _: &Request, _: &mut Body<'_>) -> Result<Response, Failure> {
//!         Ok(Response::text("hello\n"))
//!     }
//! }
//!
//! let server = Server::start(Config::default(), Hello)?;
//! let mut client = std::net::TcpStream::connect(server.address())?;
//! client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
//! let mut answer = String::new();
//! client.read_to_string(&mut answer)?;
//! assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("hello\n"));
//! server.stop();
//! # Ok::<(), std::io::Error>(())
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod admission;
mod app;
mod body;
mod config;
mod connection;
mod date;
mod events;
mod files;
mod log;
mod metrics;
mod patience;
mod response;
mod server;
mod transport;
mod upload;
mod wire;

pub use app::App;
pub use body::{Body, BodyError};
pub use config::{Accept, Config, Limits, Patience, Timeouts};
pub use connection::{Failure, Handler, Request, serve_stream};
pub use events::Events;
pub use files::{Files, Root};
pub use log::AccessLog;
pub use metrics::{Counters, Metrics, Snapshot};
pub use response::{Content, Response};
pub use server::{Running, Server, Stop, Stopped};
pub use upload::Uploads;
