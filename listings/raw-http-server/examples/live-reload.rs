//! A folder whose pages load anew when you press Enter: what `cargo run` of the book
//! does when a file changes.
//!
//! `cargo run -p raw-http-server --example live-reload -- FOLDER`

use raw_http_server::{
    Body, Config, Events, Failure, Files, Handler, Request, Response, Root, Server,
};
use std::io;
use std::sync::Arc;

// ANCHOR: live
/// A folder that can be swapped, and a route for those who want to hear of it.
#[derive(Clone)]
struct Pages {
    files: Arc<Files>,
    events: Arc<Events>,
}

impl Handler for Pages {
    async fn handle(
        &self,
        request: &Request,
        _: &mut Body<'_>,
    ) -> Result<Response, Failure> {
        match request.path() {
            b"/live-reload" => Ok(self.events.listen()),
            _ => self.files.serve(request).await,
        }
    }
}

impl Pages {
    /// Serves what is in `folder` from now on, and tells the pages that are open.
    fn show(&self, folder: &str) -> io::Result<()> {
        self.files.swap(Root::open(folder)?);
        self.events.send("reload");
        Ok(())
    }
}
// ANCHOR_END: live

fn main() -> io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    let files = Files::new(Root::open(&folder)?)
        .not_found_page("404.html")
        .cache_control("no-cache");
    let pages = Pages {
        files: Arc::new(files),
        events: Arc::default(),
    };
    let server = Server::start(Config::default(), pages.clone())?;
    println!("http://{}; Enter loads its pages anew", server.address());
    for line in io::stdin().lines() {
        line?;
        pages.show(&folder)?;
    }
    server.stop();
    Ok(())
}
