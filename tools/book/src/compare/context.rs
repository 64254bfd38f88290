//! What a comparison needs before its first round: built examples, the pinned Node,
//! the programs of the peers, and the facts of the machine that go into the record.

use super::declaration::{Job, Program, Run};
use super::record::{Circumstances, Machine, Versions};
use crate::{
    listing::Listing,
    node::{self, Node},
};
use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// A listing whose jobs can start.
pub struct Stage {
    pub listing: Listing,
    examples: BTreeMap<String, PathBuf>,
    node: Option<Node>,
    node_versions: Option<node::Versions>,
    rustc: String,
    peers: BTreeMap<String, String>,
    machine: Machine,
    date: String,
    commit: Option<String>,
    modified: bool,
}

impl Stage {
    /// Finds and builds what `jobs` need. An error names the first thing that is
    /// missing and how to get it.
    pub fn set(root: &Path, listing: &Listing, jobs: &[Job]) -> Result<Stage> {
        let machine = machine();
        let runs: Vec<&Run> = jobs.iter().flat_map(|job| &job.runs).collect();
        let mut examples = BTreeSet::new();
        let mut needs_node = false;
        for run in &runs {
            match run.program()? {
                Program::Example(name) => {
                    examples.insert(name);
                }
                Program::Script(script) => {
                    let path = listing.dir.join(script);
                    let name = &listing.name;
                    ensure!(path.is_file(), "there is no listings/{name}/{script}");
                    needs_node = true;
                }
                Program::Command(words) => find_program(listing, run, &words[0])?,
            }
        }
        let node = needs_node.then(|| node::find(root)).transpose()?;
        let commit = first_line(root, "git", &["rev-parse", "--short=12", "HEAD"]);
        Ok(Stage {
            node_versions: node.as_ref().map(Node::versions).transpose()?,
            node,
            peers: peer_versions(root, listing, &runs)?,
            rustc: rustc(root)?,
            machine,
            date: crate::today()?,
            modified: commit.is_some() && is_modified(root),
            commit,
            examples: build_examples(root, listing, &examples)?,
            listing: listing.clone(),
        })
    }

    /// Says so if something else has the machine too.
    pub fn warn_if_busy(&self) {
        let Machine { cores, load, .. } = self.machine;
        if let Some(load) = load.filter(|load| *load > f64::from(cores) / 4.0) {
            eprintln!(
                "{}: the machine is busy (load {load} on {cores} cores); ratios of \
                 such a run spread widely, so measure again when it is quiet",
                self.listing.name
            );
        }
    }

    /// The command of `run`, without its arguments, in the listing's folder.
    pub fn command(&self, run: &Run) -> Result<Command> {
        let mut command = match run.program()? {
            Program::Example(name) => Command::new(&self.examples[name]),
            Program::Script(script) => {
                let node = self.node.as_ref().context("Node was not looked for")?;
                let mut command = Command::new(&node.path);
                command.arg(script);
                command
            }
            Program::Command(words) => {
                let mut command = Command::new(program_path(&self.listing, &words[0]));
                command.args(&words[1..]);
                command
            }
        };
        command.current_dir(&self.listing.dir);
        // The reader's settings must not change what is measured.
        command.env_remove("NODE_OPTIONS").env_remove("RUST_LOG");
        command.env("NO_COLOR", "1");
        Ok(command)
    }

    /// The command of `run` as a reader can type it in the listing's folder.
    pub fn shown(&self, run: &Run) -> Result<String> {
        let mut words: Vec<String> = match run.program()? {
            Program::Example(name) => ["cargo", "run", "--release", "--example", name]
                .map(String::from)
                .to_vec(),
            Program::Script(script) => vec!["node".into(), script.into()],
            Program::Command(words) => words.to_vec(),
        };
        let is_example = matches!(run.program()?, Program::Example(_));
        if is_example && !run.args.is_empty() {
            words.push("--".into());
        }
        words.extend(run.args.iter().cloned());
        Ok(words.join(" "))
    }

    /// The circumstances of a job that is measured now.
    pub fn circumstances(&self, job: &Job) -> Circumstances {
        let takes_part = |who: &String| job.runs.iter().any(|run| run.who == *who);
        let uses_node = job
            .runs
            .iter()
            .any(|run| matches!(run.program(), Ok(Program::Script(_))));
        let mut peers = self.peers.clone();
        peers.retain(|who, _| takes_part(who));
        Circumstances {
            date: self.date.clone(),
            machine: self.machine.clone(),
            versions: Versions {
                rustc: self.rustc.clone(),
                node: self.node_versions.clone().filter(|_| uses_node),
                peers,
            },
            commit: self.commit.clone(),
            modified: self.modified,
        }
    }
}

/// The path of a declared program: with a `/` it lies in the listing's folder.
fn program_path(listing: &Listing, name: &str) -> PathBuf {
    if name.contains('/') {
        listing.dir.join(name)
    } else {
        PathBuf::from(name)
    }
}

fn find_program(listing: &Listing, run: &Run, name: &str) -> Result<()> {
    let found = if name.contains('/') {
        program_path(listing, name).is_file()
    } else {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path).any(|folder| folder.join(name).is_file())
    };
    let install = match &run.install {
        Some(install) => format!("`{install}`"),
        None => format!("install `{name}` so that it is found in PATH"),
    };
    ensure!(
        found,
        "listing `{}` compares with `{}`, but the program `{name}` is not on this \
         machine; to get it: {install}",
        listing.name,
        run.who
    );
    Ok(())
}

/// Builds `examples` in release mode and returns where cargo put them.
fn build_examples(
    root: &Path,
    listing: &Listing,
    examples: &BTreeSet<&str>,
) -> Result<BTreeMap<String, PathBuf>> {
    if examples.is_empty() {
        return Ok(BTreeMap::new());
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root).stderr(Stdio::inherit());
    command.args(["build", "--release", "--package", &listing.name]);
    command.arg("--message-format=json-render-diagnostics");
    for example in examples {
        command.args(["--example", example]);
    }
    let output = command.output().context("cannot start cargo")?;
    ensure!(
        output.status.success(),
        "the examples of listing `{}` do not build",
        listing.name
    );
    let built = built_examples(&String::from_utf8_lossy(&output.stdout));
    if let Some(missing) = examples.iter().find(|name| !built.contains_key(**name)) {
        bail!("cargo built no example `{missing}` of `{}`", listing.name);
    }
    Ok(built)
}

/// The executables of examples in cargo's messages, by name.
fn built_examples(messages: &str) -> BTreeMap<String, PathBuf> {
    let messages = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let target = message.get("target")?;
        let kinds = target.get("kind")?.as_array()?;
        if !kinds.iter().any(|kind| kind == "example") {
            return None;
        }
        let name = target.get("name")?.as_str()?.to_string();
        Some((name, message.get("executable")?.as_str()?.into()))
    });
    messages.collect()
}

/// The first line that a command prints on stdout or else on stderr.
fn first_line<S: AsRef<OsStr>>(
    folder: &Path,
    program: S,
    args: &[S],
) -> Option<String> {
    let output = Command::new(program)
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.to_string())
}

/// Whether what is measured differs from the commit; a record itself does not count.
fn is_modified(root: &Path) -> bool {
    let args = [
        "status",
        "--porcelain",
        "--",
        "listings",
        "Cargo.toml",
        "Cargo.lock",
        ":(exclude)listings/*/compare/results.json",
    ];
    first_line(root, "git", &args).is_some()
}

fn rustc(root: &Path) -> Result<String> {
    let line = first_line(root, "rustc", &["--version"]).context("cannot run rustc")?;
    let version = line.split_whitespace().nth(1);
    Ok(version.context("rustc tells no version")?.to_string())
}

/// The versions of the contestants that tell one with a command of their own, or that
/// bear the name of a crate in Cargo.lock.
fn peer_versions(
    root: &Path,
    listing: &Listing,
    runs: &[&Run],
) -> Result<BTreeMap<String, String>> {
    let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap_or_default();
    let lock: toml::Table = toml::from_str(&lock).context("Cargo.lock is not TOML")?;
    let mut versions = BTreeMap::new();
    for run in runs {
        let version = match run.version.as_deref() {
            Some([program, args @ ..]) => {
                let args: Vec<&String> = args.iter().collect();
                let line = first_line(&listing.dir, program, &args);
                Some(line.with_context(|| {
                    format!("`{}`: its `version` command tells none", run.who)
                })?)
            }
            _ => crate_version(&lock, &listing.name, &run.who),
        };
        versions.extend(version.map(|version| (run.who.clone(), version)));
    }
    Ok(versions)
}

/// The version of crate `name` in Cargo.lock: the one that `listing` depends on, or
/// the only one there is.
fn crate_version(lock: &toml::Table, listing: &str, name: &str) -> Option<String> {
    let packages = lock.get("package")?.as_array()?;
    let text = |package: &toml::Value, key: &str| {
        package.get(key).and_then(|v| v.as_str()).map(String::from)
    };
    let named = |name: &str| {
        let name = name.to_string();
        let is_named = move |p: &&toml::Value| text(p, "name").as_ref() == Some(&name);
        packages.iter().filter(is_named).collect::<Vec<_>>()
    };
    if let [only] = named(name).as_slice() {
        return text(only, "version");
    }
    let dependencies = named(listing).first()?.get("dependencies")?.as_array()?;
    // A dependency of which there are several versions reads "name version".
    let mut dependencies = dependencies.iter().filter_map(|d| d.as_str());
    dependencies.find_map(|dependency| {
        let version = dependency.strip_prefix(name)?.strip_prefix(' ')?;
        Some(version.split(' ').next()?.to_string())
    })
}

fn machine() -> Machine {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let value = |text: &str, key: &str, separator: char| {
        let mut lines = text.lines();
        lines.find_map(|line| {
            let (name, value) = line.split_once(separator)?;
            (name.trim() == key).then(|| value.trim().trim_matches('"').to_string())
        })
    };
    let cpu = value(&read("/proc/cpuinfo"), "model name", ':');
    let memory = value(&read("/proc/meminfo"), "MemTotal", ':');
    let here = Path::new(".");
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    Machine {
        cpu: cpu.unwrap_or_else(|| format!("unknown {}", env::consts::ARCH)),
        cores: u32::try_from(cores).unwrap_or(u32::MAX),
        memory_mib: memory.and_then(|memory| {
            let kib: u64 = memory.strip_suffix(" kB")?.parse().ok()?;
            Some(kib / 1024)
        }),
        kernel: first_line(here, "uname", &["-sr"]).unwrap_or_default(),
        os: value(&read("/etc/os-release"), "PRETTY_NAME", '=')
            .unwrap_or_else(|| env::consts::OS.to_string()),
        load: read("/proc/loadavg")
            .split_whitespace()
            .next()
            .and_then(|load| load.parse().ok()),
    }
}
