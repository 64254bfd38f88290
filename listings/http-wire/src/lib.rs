//! HTTP/1.1 without a socket: bytes in, events out; messages in, bytes out.
//!
//! [`RequestParser`] and [`ResponseParser`] read, [`write`](mod@write) writes. There is
//! no socket, no clock and no task in this crate. Whoever has a connection appends what
//! arrives to a [`BytesMut`](bytes::BytesMut) and asks for the next [`Event`] until
//! there is none. However the bytes were split on their way, the events are the same,
//! and so is the error and the offset at which it stands.
//!
//! The rules are those of RFC 9110 and RFC 9112; each stands beside the code that keeps
//! it. What a parser keeps or skips has a limit ([`Limits`]). What the RFCs let a
//! recipient tolerate is refused unless [`Lenient`] names it.
//!
//! ```
//! use bytes::BytesMut;
//! use http_wire::{Config, Event, RequestParser};
//!
//! let mut parser = RequestParser::new(Config::default());
//! let mut input = BytesMut::from("GET /a?b HTTP/1.1\r\nHost: x\r\n\r\n");
//! let Some(Event::Head(request)) = parser.next(&mut input)? else {
//!     panic!("the whole head is there");
//! };
//! assert_eq!(request.target.path(), b"/a");
//! assert_eq!(request.fields.get("host"), Some(&b"x"[..]));
//! assert_eq!(parser.next(&mut input)?, Some(Event::End));
//! assert_eq!(parser.next(&mut input)?, None);
//! # Ok::<(), http_wire::Error>(())
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod body;
mod chars;
mod config;
mod error;
mod fields;
mod framing;
mod head;
mod lines;
mod message;
mod parser;
mod target;
pub mod write;

pub use config::{Config, Lenient, Limits};
pub use error::{Error, ErrorKind};
pub use fields::{FieldError, Fields};
pub use message::{Framing, Method, Request, Response, Token, Version};
pub use parser::{Event, RequestParser, ResponseParser};
pub use target::Target;
