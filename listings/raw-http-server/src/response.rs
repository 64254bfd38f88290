//! Answers, as a handler makes them.

use bytes::{Bytes, BytesMut};
use http_wire::write;
use std::fs::File;
use std::io;
use std::sync::Arc;
use tokio::sync::mpsc;

/// An answer: a status, fields, content. The fields that frame it, `Date` and
/// `Connection` are the server's.
#[derive(Debug)]
pub struct Response {
    status: u16,
    /// A kind of content that needs no buffer of its own.
    kind: &'static str,
    fields: BytesMut,
    content: Content,
    /// A field that would split the answer: it must not be sent.
    is_broken: bool,
}

/// The content of an answer.
#[derive(Debug)]
pub enum Content {
    /// None.
    Empty,
    /// These bytes.
    Bytes(Bytes),
    /// So many bytes of a file, which are never all in memory.
    File {
        /// The file, which is read with `pread`: its position does not count.
        file: Arc<File>,
        /// The first byte.
        start: u64,
        /// How many. If the file turns out to have less, the connection ends.
        length: u64,
    },
    /// What comes, as it comes, until the senders are dropped. An error ends the
    /// connection, so that what is there is not taken for all of it; so does a peer that
    /// hangs up, or says that it sends nothing more, before the end.
    Stream(mpsc::Receiver<io::Result<Bytes>>),
}

impl Response {
    /// An answer without content.
    pub fn new(status: u16) -> Response {
        Response {
            status,
            kind: "",
            fields: BytesMut::new(),
            content: Content::Empty,
            is_broken: !(200..=599).contains(&status),
        }
    }

    /// 200 with text in UTF-8.
    pub fn text(text: impl Into<Bytes>) -> Response {
        let response = Response::new(200).kind(TEXT);
        response.content(Content::Bytes(text.into()))
    }

    /// 200 with JSON.
    pub fn json(value: &serde_json::Value) -> Response {
        let response = Response::new(200).kind("application/json");
        response.content(Content::Bytes(value.to_string().into()))
    }

    /// A status and its reason as text.
    pub fn page(status: u16) -> Response {
        let text = format!("{status} {}\n", reason(status));
        let response = Response::new(status).kind(TEXT);
        response.content(Content::Bytes(text.into()))
    }

    /// The same with a `Content-Type`, a value that is part of the program.
    fn kind(self, kind: &'static str) -> Response {
        Response { kind, ..self }
    }

    // ANCHOR: with
    /// One more field. One that would split the answer, or frame it otherwise than the
    /// server does, makes it a 500.
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Response {
        const OURS: [&str; 4] =
            ["connection", "content-length", "date", "transfer-encoding"];
        let value = value.as_ref();
        let is_ours = OURS.iter().any(|ours| ours.eq_ignore_ascii_case(name));
        let written = write::field(&mut self.fields, name.as_bytes(), value);
        self.is_broken |= is_ours || written.is_err();
        self
    }
    // ANCHOR_END: with

    /// The same with this content.
    pub fn content(self, content: Content) -> Response {
        Response { content, ..self }
    }

    /// The same with this status.
    pub fn status(self, status: u16) -> Response {
        let is_broken = self.is_broken || !(200..=599).contains(&status);
        Response {
            status,
            is_broken,
            ..self
        }
    }

    /// What is to be sent. An answer that is broken is a 500 here.
    pub(crate) fn into_parts(self) -> Parts {
        if self.is_broken {
            return Response::page(500).into_parts();
        }
        Parts {
            status: self.status,
            kind: self.kind,
            fields: self.fields,
            content: self.content,
        }
    }
}

/// An answer that was checked.
pub(crate) struct Parts {
    pub status: u16,
    pub kind: &'static str,
    pub fields: BytesMut,
    pub content: Content,
}

const TEXT: &str = "text/plain; charset=utf-8";

impl Content {
    /// How many bytes, if that is known.
    pub(crate) fn length(&self) -> Option<u64> {
        match self {
            Content::Empty => Some(0),
            Content::Bytes(bytes) => Some(bytes.len() as u64),
            Content::File { length, .. } => Some(*length),
            Content::Stream(_) => None,
        }
    }
}

/// The words of RFC 9110 §15 for a status. No client may depend on them.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        _ => "Status",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_would_split_or_frame_the_answer_makes_it_a_500() {
        for (name, value) in [
            ("Location", "/\r\nSet-Cookie: a=b"),
            ("X\r\nY", "1"),
            ("", "1"),
            ("Content-Length", "5"),
            ("transfer-encoding", "chunked"),
            ("Connection", "close"),
        ] {
            let parts = Response::text("x").with(name, value).into_parts();
            let (status, fields) = (parts.status, parts.fields);
            assert_eq!(status, 500, "{name}: {value}");
            assert!(
                !fields.windows(6).any(|part| part == b"Cookie"),
                "{fields:?}"
            );
        }
        let status = Response::text("x")
            .with("X-Tab", "a\tb")
            .into_parts()
            .status;
        assert_eq!(status, 200);
    }

    #[test]
    fn a_status_that_is_no_final_one_is_a_500() {
        for status in [0, 100, 101, 199, 600, 1000] {
            assert_eq!(Response::new(status).into_parts().status, 500);
            assert_eq!(Response::new(200).status(status).into_parts().status, 500);
        }
    }
}
