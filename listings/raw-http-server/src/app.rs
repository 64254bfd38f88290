//! What the command serves: a few routes, uploads, and a folder.

use crate::body::Body;
use crate::connection::{Failure, Handler, Request};
use crate::files::Files;
use crate::metrics::Metrics;
use crate::response::Response;
use crate::upload::Uploads;
use http_wire::Method;
use serde_json::{Value, json};

/// Bytes of a body that a route takes into memory.
const IN_MEMORY: usize = 64 << 10;

/// The handler of the command.
#[derive(Debug, Default)]
pub struct App {
    /// The folder, for everything that is no route.
    pub files: Option<Files>,
    /// Where `PUT /upload/NAME` goes.
    pub uploads: Option<Uploads>,
    /// What `GET /metrics` shows.
    pub metrics: Metrics,
}

// ANCHOR: routes
impl Handler for App {
    async fn handle(
        &self,
        request: &Request,
        body: &mut Body<'_>,
    ) -> Result<Response, Failure> {
        use Method::{Get, Head, Post, Put};
        match (request.method(), request.path()) {
            (Get | Head, b"/plaintext") => Ok(Response::text("Hello, World!")),
            (Get | Head, b"/json") => {
                Ok(Response::json(&json!({ "message": "Hello, World!" })))
            }
            (Get | Head, b"/metrics") => {
                Ok(Response::text(self.metrics.snapshot().page()))
            }
            (Post, b"/echo") => Ok(Response::text(body.collect(IN_MEMORY).await?)),
            (Post, b"/sum") => sum(request, body).await,
            (Put, path) if path.starts_with(UPLOAD) => match &self.uploads {
                Some(uploads) => uploads.take(&path[UPLOAD.len()..], body).await,
                None => Err(Failure::Status(404)),
            },
            (_, b"/plaintext" | b"/json" | b"/metrics") => Ok(only("GET, HEAD")),
            (_, b"/echo" | b"/sum") => Ok(only("POST")),
            (_, path) if path.starts_with(UPLOAD) => Ok(only("PUT")),
            _ => match &self.files {
                Some(files) => files.serve(request).await,
                None => Err(Failure::Status(404)),
            },
        }
    }
}

const UPLOAD: &[u8] = b"/upload/";

/// The sum of an array of numbers.
async fn sum(request: &Request, body: &mut Body<'_>) -> Result<Response, Failure> {
    let kind = request.field("content-type").unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with(b"application/json") {
        return Err(Failure::Status(415));
    }
    let text = body.collect(IN_MEMORY).await?;
    let numbers: Vec<f64> =
        serde_json::from_slice(&text).map_err(|_| Failure::Status(400))?;
    let sum: f64 = numbers.iter().sum();
    Ok(Response::json(&json!({ "sum": Value::from(sum) })))
}
// ANCHOR_END: routes

fn only(methods: &str) -> Response {
    Response::page(405).with("Allow", methods)
}
