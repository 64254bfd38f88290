//! The built pages on loopback, with a gate that can hold scripts back.

use anyhow::Result;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use std::net::Ipv4Addr;
use std::path::Path;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::services::{ServeDir, ServeFile};

/// A server; it ends with the runtime that started it.
pub struct Server {
    /// Where it is, as `http://127.0.0.1:PORT`.
    pub origin: String,
    scripts_held: watch::Sender<bool>,
}

impl Server {
    /// Serves `folder` on a free port.
    pub async fn start(folder: &Path) -> Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let (scripts_held, gate) = watch::channel(false);
        let missing = ServeFile::new(folder.join("404.html"));
        let pages = Router::new()
            .fallback_service(ServeDir::new(folder).not_found_service(missing))
            .layer(middleware::from_fn_with_state(gate, wait_at_gate));
        tokio::spawn(async move { axum::serve(listener, pages).await });
        Ok(Server {
            origin,
            scripts_held,
        })
    }

    /// While held, a request for a script gets no answer.
    pub fn hold_scripts(&self, held: bool) {
        self.scripts_held.send_replace(held);
    }
}

async fn wait_at_gate(
    State(mut gate): State<watch::Receiver<bool>>,
    request: Request,
    next: Next,
) -> Response {
    // mdBook puts its table of contents, toc-HASH.js, into the head of every page as a
    // script that the parser waits for. A theme cannot take it out without a copy of
    // mdBook's whole template, so that one script is let through.
    let path = request.uri().path();
    if path.ends_with(".js") && !path.starts_with("/toc-") {
        // It fails only when the server has ended.
        let _ = gate.wait_for(|held| !held).await;
    }
    next.run(request).await
}
