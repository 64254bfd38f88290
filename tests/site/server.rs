//! The built pages on loopback, with a gate that can hold scripts back.

use anyhow::Result;
use raw_http_server::{
    Body, Config, Failure, Files, Handler, Request, Response, Root, Running,
};
use std::path::Path;
use tokio::sync::watch;

/// A server; it ends when it is dropped.
pub struct Server {
    /// Where it is, as `http://127.0.0.1:PORT`.
    pub origin: String,
    scripts_held: watch::Sender<bool>,
    _running: Running,
}

/// The files, and who may have scripts.
struct Gated {
    files: Files,
    gate: watch::Receiver<bool>,
}

impl Server {
    /// Serves `folder` on a free port.
    pub async fn start(folder: &Path) -> Result<Server> {
        let (scripts_held, gate) = watch::channel(false);
        let files = Files::new(Root::open(folder)?).not_found_page("404.html");
        let gated = Gated { files, gate };
        let running = raw_http_server::Server::start(Config::default(), gated)?;
        Ok(Server {
            origin: format!("http://{}", running.address()),
            scripts_held,
            _running: running,
        })
    }

    /// While held, a request for a script gets no answer.
    pub fn hold_scripts(&self, held: bool) {
        self.scripts_held.send_replace(held);
    }
}

impl Handler for Gated {
    async fn handle(
        &self,
        request: &Request,
        _: &mut Body<'_>,
    ) -> Result<Response, Failure> {
        // mdBook puts its table of contents, toc-HASH.js, into the head of every page as
        // a script that the parser waits for. A theme cannot take it out without a copy
        // of mdBook's whole template, so that one script is let through.
        let path = request.path();
        if path.ends_with(b".js") && !path.starts_with(b"/toc-") {
            // It fails only when the server has ended.
            let _ = self.gate.clone().wait_for(|held| !held).await;
        }
        self.files.serve(request).await
    }
}
