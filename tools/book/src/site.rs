//! Building the pages, and serving them while they are written.

use crate::chapter::Chapter;
use crate::preprocess::BookPreprocessor;
use crate::{Usage, chapter, pages, search};
use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use notify::event::EventKind;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tower_http::services::ServeDir;
use tower_livereload::{LiveReloadLayer, Reloader};

/// How long the files must have been quiet before the pages are built again.
const QUIET: Duration = Duration::from_millis(200);

/// Builds the pages, in this process, into `target`, or where `mdbook build` puts them.
/// Returns that folder.
pub fn build(root: &Path, target: Option<&Path>) -> Result<PathBuf> {
    let mut book = chapter::stock_book(root)?;
    let pages = match target {
        Some(target) => target.to_path_buf(),
        // mdBook has two renderers, and gives each a folder.
        None => root.join(&book.config.build.build_dir).join("html"),
    };
    book.config.build.build_dir = pages.clone();
    book.with_preprocessor(BookPreprocessor);
    book.build()?;
    finish(root, &pages, &chapter::load(root)?)?;
    Ok(pages)
}

/// `book render`, as `book.toml` has it called after mdBook's own renderer.
pub fn command() -> Result<()> {
    let context = mdbook_renderer::RenderContext::from_json(io::stdin())?;
    let chapters =
        chapter::chapters(&context.root, &context.config.book.src, &context.book)?;
    // mdBook gives each renderer a folder beside the others'.
    let pages = context.destination.with_file_name("html");
    finish(&context.root, &pages, &chapters)
}

/// What the pages have beyond those that mdBook wrote.
fn finish(root: &Path, pages: &Path, chapters: &[Chapter]) -> Result<()> {
    search::refine(pages)?;
    pages::render(root, pages, chapters)
}

/// The folder of the last build that went well.
type Current = Arc<RwLock<Arc<TempDir>>>;

/// Builds the pages, serves them on loopback, and builds them again as files change.
/// A save that breaks the book is reported; the pages before it stay.
#[tokio::main]
pub async fn serve(root: &Path, port: u16) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| taken(error, port))?;
    let started = Instant::now();
    let current: Current = Arc::new(RwLock::new(Arc::new(fresh(root)?)));
    let reload = LiveReloadLayer::new();
    let reloader = reload.reloader();
    let pages = Router::new()
        .fallback(page)
        .with_state(current.clone())
        .layer(reload);
    let root = root.to_path_buf();
    let (changed, changes) = mpsc::unbounded_channel();
    let _watcher = watch(&root, changed)?;
    tokio::spawn(rebuild(root, changes, current, reloader));
    println!(
        "The book is at http://{} (built in {:.1} s). It follows your changes; \
         Ctrl-C ends it.",
        listener.local_addr()?,
        started.elapsed().as_secs_f64()
    );
    axum::serve(listener, pages)
        .await
        .context("the server stopped")
}

fn taken(error: io::Error, port: u16) -> anyhow::Error {
    if error.kind() == io::ErrorKind::AddrInUse {
        let next = port.checked_add(1).unwrap_or(3001);
        return Usage(format!(
            "port {port} is taken; choose another: cargo run -- serve --port {next}"
        ))
        .into();
    }
    anyhow::Error::new(error).context(format!("cannot listen on 127.0.0.1:{port}"))
}

fn fresh(root: &Path) -> Result<TempDir> {
    let dir = tempfile::Builder::new().prefix("node-rebuilt-").tempdir()?;
    build(root, Some(dir.path()))?;
    Ok(dir)
}

async fn page(State(current): State<Current>, request: Request) -> Response {
    let dir = current.read().unwrap_or_else(|e| e.into_inner()).clone();
    let missing = tower_http::services::ServeFile::new(dir.path().join("404.html"));
    let mut files = ServeDir::new(dir.path()).not_found_service(missing);
    match files.try_call(request).await {
        Ok(response) => response.map(Body::new),
        Err(error) => {
            let mut response = Response::new(Body::from(error.to_string()));
            *response.status_mut() = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    }
}

/// Tells of every change below the folders a page is made from. Reading is none: each
/// build reads them all.
fn watch(
    root: &Path,
    changed: mpsc::UnboundedSender<()>,
) -> Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<_>| {
        let ours = |event: notify::Event| {
            let build =
                |path: &PathBuf| path.components().any(|c| c.as_os_str() == "target");
            !matches!(event.kind, EventKind::Access(_))
                && !event.paths.iter().all(build)
        };
        if event.is_ok_and(ours) {
            // Nobody listens only when the server has ended.
            let _ = changed.send(());
        }
    })?;
    for folder in ["src", "listings", "theme", "book.toml"] {
        let path = root.join(folder);
        if path.exists() {
            watcher
                .watch(&path, RecursiveMode::Recursive)
                .with_context(|| format!("cannot watch {}", path.display()))?;
        }
    }
    Ok(watcher)
}

async fn rebuild(
    root: PathBuf,
    mut changes: mpsc::UnboundedReceiver<()>,
    current: Current,
    reloader: Reloader,
) {
    while changes.recv().await.is_some() {
        // An editor writes a file in several steps.
        while tokio::time::timeout(QUIET, changes.recv())
            .await
            .is_ok_and(|c| c.is_some())
        {}
        let started = Instant::now();
        let from = root.clone();
        match tokio::task::spawn_blocking(move || fresh(&from)).await {
            Ok(Ok(dir)) => {
                *current.write().unwrap_or_else(|e| e.into_inner()) = Arc::new(dir);
                reloader.reload();
                println!("Built again in {:.1} s.", started.elapsed().as_secs_f64());
            }
            Ok(Err(error)) => {
                eprintln!("error: {error:#}\nThe pages stay as they were.");
            }
            Err(_) => {
                eprintln!("error: the build panicked. The pages stay as they were.")
            }
        }
    }
}
