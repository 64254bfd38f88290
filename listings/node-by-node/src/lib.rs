//! Asks Nodes of many years the same questions and prints where the answers change.
//!
//! A [`Probe`] is a small CommonJS program that prints one short line; its first line is
//! a comment with the question. [`ask`] runs it on one [`Node`]; [`Table`] puts the
//! answers side by side, the oldest Node first.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a probe may run before it is killed.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The most that is read of what a probe prints, in bytes.
pub const LONGEST: u64 = 1024;

/// A Node and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The program.
    pub path: PathBuf,
    /// As `process.versions.node`: `26.10.0`.
    pub version: String,
}

impl Node {
    /// Asks the program at `path` for its version.
    ///
    /// # Errors
    /// It cannot be run, or does not say `v` and three numbers.
    pub fn at(path: &Path) -> io::Result<Node> {
        let output = Command::new(path)
            .arg("--version")
            .env_remove("NODE_OPTIONS")
            .stdin(Stdio::null())
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        match said.trim().strip_prefix('v') {
            Some(version) if numbers(version).len() == 3 => Ok(Node {
                path: path.to_path_buf(),
                version: version.to_string(),
            }),
            _ => Err(io::Error::other(format!(
                "{} is no Node: --version prints {:?}",
                path.display(),
                said.trim()
            ))),
        }
    }

    /// The Node that the name `node` leads to. It is asked where it is: the environment
    /// of a probe is empty, and there the name would lead elsewhere.
    ///
    /// # Errors
    /// There is none, or see [`Node::at`].
    pub fn on_path() -> io::Result<Node> {
        let output = Command::new("node")
            .args(["-p", "process.execPath"])
            .stdin(Stdio::null())
            .output()?;
        Node::at(Path::new(String::from_utf8_lossy(&output.stdout).trim()))
    }

    /// Every Node that npm has installed into `folder`, as `NAME/bin/node` below its
    /// `node_modules`; the oldest first.
    ///
    /// # Errors
    /// There is no such folder, or a Node in it cannot be run.
    pub fn installed(folder: &Path) -> io::Result<Vec<Node>> {
        let mut nodes = Vec::new();
        for entry in fs::read_dir(folder.join("node_modules"))? {
            let program = entry?.path().join("bin/node");
            if program.is_file() {
                nodes.push(Node::at(&program)?);
            }
        }
        nodes.sort_by_key(|node| numbers(&node.version));
        Ok(nodes)
    }
}

/// The numbers of a version; empty if a part of it is none.
fn numbers(version: &str) -> Vec<u32> {
    let parts: Option<Vec<u32>> = version.split('.').map(|p| p.parse().ok()).collect();
    parts.unwrap_or_default()
}

/// A question, and the program that answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// From the first line of the program, a comment.
    pub question: String,
    /// The program.
    pub path: PathBuf,
}

impl Probe {
    /// The probes in `folder`, by file name.
    ///
    /// # Errors
    /// The folder cannot be read, or a `.cjs` file in it does not start with `// ` and a
    /// question.
    pub fn all(folder: &Path) -> io::Result<Vec<Probe>> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder)? {
            paths.push(entry?.path());
        }
        paths.retain(|path| path.extension().is_some_and(|e| e == "cjs"));
        paths.sort();
        paths.into_iter().map(Probe::at).collect()
    }

    fn at(path: PathBuf) -> io::Result<Probe> {
        let text = fs::read_to_string(&path)?;
        let first = text.lines().next().unwrap_or_default();
        match first.strip_prefix("// ") {
            Some(question) if !question.trim().is_empty() => Ok(Probe {
                question: question.trim().to_string(),
                path,
            }),
            _ => Err(io::Error::other(format!(
                "{} does not start with its question, as in `// Buffer.poolSize`",
                path.display()
            ))),
        }
    }
}

// ANCHOR: ask
/// What `node` answers to `probe`: the first line it prints, or none if it prints
/// nothing, prints `undefined`, or is not done after [`PATIENCE`].
///
/// # Errors
/// The Node cannot be started.
pub fn ask(node: &Node, probe: &Probe) -> io::Result<Option<String>> {
    let mut child = Command::new(&node.path)
        .arg(&probe.path)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    // The pipe is read beside the wait: a probe that prints without end would else
    // wait for us, and we for it.
    let stdout = child.stdout.take().expect("stdout is a pipe");
    let reader = thread::spawn(move || {
        let mut said = Vec::new();
        stdout.take(LONGEST).read_to_end(&mut said).map(|_| said)
    });
    let ended = wait(&mut child)?;
    let said = reader.join().expect("the reader does not panic")?;
    let said = String::from_utf8_lossy(&said);
    let answer = said.lines().next().unwrap_or_default().trim();
    let none = !ended || answer.is_empty() || answer == "undefined";
    Ok((!none).then(|| answer.to_string()))
}
// ANCHOR_END: ask

/// Waits for the end of a child; kills it, and answers false, when patience ends.
fn wait(child: &mut Child) -> io::Result<bool> {
    let start = Instant::now();
    while child.try_wait()?.is_none() {
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(true)
}

/// The answers of each Node to each probe. Printed, an answer that is that of the Node
/// to the left is a dot, so that what is left to read are the changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The versions of the Nodes, oldest first.
    pub versions: Vec<String>,
    /// A question and an answer of each Node.
    pub rows: Vec<(String, Vec<Option<String>>)>,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let questions = self
            .rows
            .iter()
            .map(|(question, _)| question.chars().count());
        let first = questions.chain([4]).max().unwrap_or_default();
        let heads: Vec<&str> = self.versions.iter().map(|v| minor(v)).collect();
        let rows: Vec<Vec<&str>> =
            self.rows.iter().map(|row| changes(&row.1)).collect();
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            let cells = cells.chain(heads.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..heads.len()).map(width).collect();
        let mut line = |head: &str, cells: &[&str]| {
            let mut text = format!("{head:first$}");
            for (cell, width) in cells.iter().zip(&widths) {
                text += &format!("  {cell:width$}");
            }
            writeln!(f, "{}", text.trim_end())
        };
        line("Node", &heads)?;
        for ((question, _), cells) in self.rows.iter().zip(&rows) {
            line(question, cells)?;
        }
        Ok(())
    }
}

/// `26.10.0` as `26.10`: a row has only so much room.
fn minor(version: &str) -> &str {
    version.rsplit_once('.').map_or(version, |(minor, _)| minor)
}

/// The answers, with a dot where one is that of its neighbor and a dash where there is
/// none.
fn changes(answers: &[Option<String>]) -> Vec<&str> {
    let mut left: Option<&Option<String>> = None;
    let mut cells = Vec::new();
    for answer in answers {
        cells.push(match answer {
            _ if left == Some(answer) => "·",
            Some(answer) => answer,
            None => "-",
        });
        left = Some(answer);
    }
    cells
}
