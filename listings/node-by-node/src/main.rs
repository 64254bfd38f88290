//! `node-by-node`: every probe on every Node.

use lexopt::prelude::*;
use node_by_node::{Node, Probe, Table, ask};
use std::error::Error;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

const HELP: &str = "\
Asks Nodes of many years the same questions and prints where the answers change.

Usage: node-by-node [OPTIONS] [PROBE]...

PROBE is a part of the file name of a probe, as in `pool`; without one all are asked.

  --nodes DIR   where npm has installed the older Nodes
  --node PATH   one more Node; `node` of the PATH unless it is said
  --help        this text
";

struct Wishes {
    nodes: PathBuf,
    node: Option<PathBuf>,
    probes: Vec<String>,
}

/// What the command line says; none if it asks for help.
fn wishes() -> Result<Option<Wishes>, lexopt::Error> {
    let mut wishes = Wishes {
        nodes: home().join("nodes"),
        node: None,
        probes: Vec::new(),
    };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("nodes") => wishes.nodes = arguments.value()?.into(),
            Long("node") => wishes.node = Some(arguments.value()?.into()),
            Long("help") => return Ok(None),
            Value(name) => wishes.probes.push(name.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(wishes))
}

/// The folder of this listing.
fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn main() -> ExitCode {
    let wishes = match wishes() {
        Ok(Some(wishes)) => wishes,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("{error}; --help lists what there is");
            return ExitCode::from(2);
        }
    };
    match table(&wishes) {
        Ok(table) => {
            print!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn table(wishes: &Wishes) -> Result<Table, Box<dyn Error>> {
    let mut nodes = Node::installed(&wishes.nodes).map_err(|error| {
        format!(
            "no Nodes in {}: {error}; get them: npm ci --prefix {}",
            wishes.nodes.display(),
            wishes.nodes.display()
        )
    })?;
    let newest = match &wishes.node {
        Some(path) => Node::at(path).map_err(|e| format!("{}: {e}", path.display()))?,
        None => Node::on_path().map_err(|e| format!("no `node` on the PATH: {e}"))?,
    };
    nodes.push(newest);
    let mut probes = Probe::all(&home().join("probes"))?;
    let name = |probe: &Probe| {
        let name = probe.path.file_name().unwrap_or(OsStr::new(""));
        name.to_string_lossy().into_owned()
    };
    if !wishes.probes.is_empty() {
        let wanted =
            |probe: &Probe| wishes.probes.iter().any(|w| name(probe).contains(w));
        probes.retain(wanted);
    }
    if probes.is_empty() {
        return Err(format!("no probe is called {}", wishes.probes.join(" or ")).into());
    }
    let mut rows = Vec::new();
    for probe in &probes {
        rows.push((probe.question.clone(), answers(&nodes, probe)?));
    }
    let versions = nodes.into_iter().map(|node| node.version).collect();
    Ok(Table { versions, rows })
}

/// One probe on all Nodes, two at a time: a probe may wait, and some measure time.
fn answers(nodes: &[Node], probe: &Probe) -> std::io::Result<Vec<Option<String>>> {
    let mut answers = Vec::new();
    for pair in nodes.chunks(2) {
        let pair: Vec<_> = thread::scope(|scope| {
            let asked: Vec<_> = pair
                .iter()
                .map(|node| scope.spawn(|| ask(node, probe)))
                .collect();
            asked
                .into_iter()
                .map(|a| a.join().expect("no panic"))
                .collect()
        });
        for answer in pair {
            answers.push(answer?);
        }
    }
    Ok(answers)
}
