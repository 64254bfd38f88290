//! Building the pages, and serving them while they are written.

use crate::chapter::Chapter;
use crate::preprocess::BookPreprocessor;
use crate::{Usage, chapter, pages, search};
use anyhow::{Context, Result};
use notify::event::EventKind;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use raw_http_server::{
    Accept, Body, Config, Events, Failure, Files, Handler, Request, Response, Root,
    Server,
};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use walkdir::WalkDir;

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
    each_page(pages, without_stepper)?;
    each_page(pages, search::put_off)?;
    pages::render(root, pages, chapters)
}

/// Changes pages that are written already.
fn each_page(pages: &Path, change: impl Fn(&str) -> Option<String>) -> Result<()> {
    for entry in WalkDir::new(pages) {
        let entry = entry?;
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "html") {
            let page = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            if let Some(page) = change(&page) {
                std::fs::write(path, page)?;
            }
        }
    }
    Ok(())
}

/// mdBook puts every script and style of `book.toml` on every page; the stepper's are
/// heavy, and few pages have one.
fn without_stepper(page: &str) -> Option<String> {
    if page.contains("<trace-stepper") {
        return None;
    }
    let is_its = |line: &&str| {
        let line = line.trim_start();
        (line.starts_with("<script ") || line.starts_with("<link "))
            && line.contains("theme/trace-stepper-")
    };
    page.lines().any(|line| is_its(&line)).then(|| {
        let kept = page.split_inclusive('\n').filter(|line| !is_its(line));
        kept.collect()
    })
}

/// Where an open page hears that it is old.
const CHANGES: &str = "/live-reload";

/// The pages of the last build that went well, and who wants to hear of the next.
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
        if request.path() == CHANGES.as_bytes() {
            return Ok(self.events.listen());
        }
        self.files.serve(request).await
    }
}

impl Pages {
    /// Serves what is in `folder`, which goes with the last request that looks into it.
    fn show(&self, folder: TempDir) -> io::Result<()> {
        self.files.swap(Root::open(folder.path())?.keep(folder));
        self.events.send("reload");
        Ok(())
    }
}

/// Builds the pages, serves them on loopback, and builds them again as files change.
/// A save that breaks the book is reported; the pages before it stay.
pub fn serve(root: &Path, port: u16) -> Result<()> {
    let started = Instant::now();
    let nothing_yet = tempfile::tempdir()?;
    let files = Files::new(Root::open(nothing_yet.path())?)
        .not_found_page("404.html")
        .cache_control("no-cache");
    let pages = Pages {
        files: Arc::new(files),
        events: Arc::default(),
    };
    let config = Config {
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        accept: Accept::Shared,
        ..Config::default()
    };
    let server = Server::start(config, pages.clone());
    let server = server.map_err(|error| taken(error, port))?;
    pages.show(fresh(root)?)?;
    let (changed, changes) = mpsc::channel();
    let _watcher = watch(root, changed)?;
    println!(
        "The book is at http://{} (built in {:.1} s). It follows your changes; \
         Ctrl-C ends it.",
        server.address(),
        started.elapsed().as_secs_f64()
    );
    rebuild(root, &changes, &pages);
    Ok(())
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
    follow_changes(dir.path())?;
    Ok(dir)
}

/// Has each page load itself anew when it is told to.
fn follow_changes(pages: &Path) -> Result<()> {
    let script = format!(
        "<script>new EventSource('{CHANGES}')\
         .addEventListener('reload', () => location.reload());</script>\n"
    );
    each_page(pages, |page| {
        let at = page.rfind("</body>").unwrap_or(page.len());
        let (before, after) = page.split_at(at);
        Some([before, &script, after].concat())
    })
}

/// Tells of every change below the folders a page is made from. Reading is none: each
/// build reads them all.
fn watch(root: &Path, changed: mpsc::Sender<()>) -> Result<RecommendedWatcher> {
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

/// Builds again after each change, as long as there can be one.
fn rebuild(root: &Path, changes: &mpsc::Receiver<()>, pages: &Pages) {
    while changes.recv().is_ok() {
        // An editor writes a file in several steps.
        while changes.recv_timeout(QUIET).is_ok() {}
        let started = Instant::now();
        let from = root.to_path_buf();
        let built = thread::spawn(move || fresh(&from)).join();
        let shown = built.map(|dir| Ok(pages.show(dir?)?));
        match shown {
            Ok(Ok(())) => {
                println!("Built again in {:.1} s.", started.elapsed().as_secs_f64());
            }
            Ok(Err(error)) => {
                let error: anyhow::Error = error;
                eprintln!("error: {error:#}\nThe pages stay as they were.");
            }
            Err(_) => {
                eprintln!("error: the build panicked. The pages stay as they were.");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_stepper;

    #[test]
    fn only_a_page_with_a_stepper_loads_it() {
        let rest =
            "<script src=\"../book.js\"></script>\n<p>theme/trace-stepper-</p>\n";
        let its = "  <script src=\"../theme/trace-stepper-7d8d.js\"></script>\n";
        let style = "<link rel=\"stylesheet\" href=\"theme/trace-stepper-3d.css\">\n";
        let page = format!("{style}{rest}{its}");
        assert_eq!(without_stepper(&page).as_deref(), Some(rest));
        assert_eq!(without_stepper(rest), None);
        assert_eq!(without_stepper(&format!("{page}<trace-stepper>")), None);
    }
}
