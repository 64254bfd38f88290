//! The pages, their server and chromedriver, shared by all tests.

use crate::server::Server;
use crate::tools::Tools;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use walkdir::WalkDir;

/// Everything that is set up once.
pub struct Stage {
    pub tools: Tools,
    pub server: Server,
    /// The pages a reader comes to, as `folder/page.html`, sorted; of the files of
    /// listings, hundreds and all alike, one of each kind and the largest. Not among them are
    /// `print.html`, all pages in one, and `toc.html`, the frame that holds the table
    /// of contents where no script runs.
    pub pages: Vec<String>,
    pub driver: Driver,
    /// The built pages.
    pub folder: TempDir,
    /// Serves the pages.
    _runtime: Runtime,
}

impl Stage {
    /// Builds the book at `root`, serves it, and starts chromedriver.
    pub fn set(root: &Path, tools: Tools) -> Result<Stage> {
        let folder = tempfile::tempdir()?;
        book::site::build(root, Some(folder.path()))?;
        let pages = pages(folder.path())?;
        ensure!(!pages.is_empty(), "the book has no pages");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let server = runtime.block_on(Server::start(folder.path()))?;
        let driver = Driver::start(&tools.chromedriver)?;
        Ok(Stage {
            tools,
            server,
            pages,
            driver,
            folder,
            _runtime: runtime,
        })
    }
}

impl Stage {
    /// The pages of chapters alone.
    pub fn chapters(&self) -> impl Iterator<Item = &String> {
        let beside =
            |page: &&String| page.starts_with("listings/") || *page == "404.html";
        self.pages.iter().filter(move |page| !beside(page))
    }

    /// Where the pages are opened from the file system.
    pub fn on_disk(&self) -> String {
        format!("file://{}", self.folder.path().display())
    }
}

fn pages(folder: &Path) -> Result<Vec<String>> {
    let mut pages = Vec::new();
    let mut kinds = BTreeSet::new();
    let mut largest = (0, String::new());
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        let path = entry.path().strip_prefix(folder)?;
        let page = path.to_str().context("a file name is not UTF-8")?;
        let page = page.replace('\\', "/");
        let Some(name) = page.strip_suffix(".html") else {
            continue;
        };
        if ["print", "toc"].contains(&name) {
            continue;
        }
        if !page.starts_with("listings/") || page.ends_with("/index.html") {
            pages.push(page);
            continue;
        }
        largest = largest.max((entry.metadata()?.len(), page.clone()));
        let kind = name.rsplit('.').next().unwrap_or_default();
        if kinds.insert(kind.to_string()) {
            pages.push(page);
        }
    }
    pages.push(largest.1);
    pages.retain(|page| !page.is_empty());
    pages.sort();
    pages.dedup();
    Ok(pages)
}

/// A running chromedriver; it ends when this is dropped.
pub struct Driver {
    /// Where it takes commands, as `http://127.0.0.1:PORT`.
    pub address: String,
    process: Child,
    /// Kept open: chromedriver may print as long as it runs.
    _stdout: BufReader<ChildStdout>,
}

impl Driver {
    fn start(program: &Path) -> Result<Driver> {
        let mut process = Command::new(program)
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let stdout = process.stdout.take().context("stdout is a pipe")?;
        let mut driver = Driver {
            address: String::new(),
            process,
            _stdout: BufReader::new(stdout),
        };
        let mut said = String::new();
        while driver._stdout.read_line(&mut said)? > 0 {
            let Some((_, port)) = said.split_once("successfully on port ") else {
                continue;
            };
            let port: u16 = port.trim().trim_end_matches('.').parse()?;
            driver.address = format!("http://127.0.0.1:{port}");
            return Ok(driver);
        }
        anyhow::bail!("chromedriver ended without naming its port:\n{said}")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
