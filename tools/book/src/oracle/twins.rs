//! The twins: what the rebuild prints for each oracle program.
//!
//! A listing's test `oracle` runs them all and compares each with its record. Where the
//! variable `ORACLE_TWINS` names a folder, it also writes there what each twin printed,
//! as NAME.out, so that this command sees it with its own eyes.

use super::process::{End, Streams};
use super::program::Program;
use super::{Oracle, Problem, diff, process, write_if_changed};
use crate::built;
use crate::listing::Listing;
use crate::node::Node;
use crate::proof::{self, Compared, Proof};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The variable that names the folder to write to.
const VARIABLE: &str = "ORACLE_TWINS";

/// What the twins of some listings were seen to print.
#[derive(Debug, Default)]
pub(super) struct Twins {
    /// Those that print what is recorded: by listing and name.
    pub identical: BTreeMap<String, BTreeMap<String, Compared>>,
    pub problems: Vec<Problem>,
    /// How many programs have to have a twin.
    pub wanted: usize,
}

/// Runs the twins of `programs` and compares what they print with the records.
pub(super) fn run(
    oracle: &Oracle,
    root: &Path,
    listings: &[Listing],
    programs: &[Program],
) -> Result<Twins> {
    let mut twins = Twins::default();
    let with_twins: Vec<_> = listings.iter().filter(|l| proof::has_twins(l)).collect();
    if with_twins.is_empty() {
        return Ok(twins);
    }
    let tests = built::tests(&oracle.cargo, root, "oracle")?;
    for listing in with_twins {
        let own = programs
            .iter()
            .filter(|p| p.listing == listing.name && !p.traced);
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let test = tests.iter().find(|t| t.package == listing.dir);
        let test = test.with_context(|| {
            format!("cargo built no test `oracle` of {}", listing.name)
        })?;
        let mut command = process::clean(test.program.as_os_str(), &["TMPDIR"]);
        command
            .current_dir(&listing.dir)
            .env(VARIABLE, folder.path());
        let finished =
            process::run(&mut command, Streams::Together, oracle.command_deadline)?;
        let passed = matches!(finished.end, End::Exited(status) if status.success());
        if !passed {
            let text = format!(
                "the twins of {0} fail: cargo test -p {0} --test oracle",
                listing.name
            );
            twins.problems.push(Problem::new(&listing.name, text));
        }
        for program in own {
            twins.wanted += 1;
            match one(program, folder.path())? {
                // Of a test that fails for another reason, nothing is proven.
                Ok(_) if !passed => {}
                Ok(compared) => {
                    let of = twins.identical.entry(listing.name.clone()).or_default();
                    of.insert(program.name(), compared);
                }
                Err(text) => {
                    twins.problems.push(Problem::new(&listing.name, text));
                }
            }
        }
    }
    Ok(twins)
}

/// One twin's output against the record; what was compared, or what is wrong.
fn one(program: &Program, folder: &Path) -> Result<Result<Compared, String>> {
    let (shown, name) = (&program.shown, program.name());
    let Ok(printed) = fs::read_to_string(folder.join(format!("{name}.out"))) else {
        return Ok(Err(format!("{shown} has no twin that printed anything")));
    };
    let Ok(recorded) = fs::read_to_string(&program.record) else {
        return Ok(Err(format!("{shown} has no record for its twin")));
    };
    if printed != recorded {
        let diff = diff(("recorded", &recorded), ("the rebuild now", &printed));
        return Ok(Err(format!(
            "{shown}: its twin prints another text\n{diff}"
        )));
    }
    Compared::now(&program.path, &program.record).map(Ok)
}

impl Twins {
    /// How many print what is recorded.
    pub fn agreeing(&self) -> usize {
        self.identical.values().map(BTreeMap::len).sum()
    }

    /// The problems of proofs that say something else than what was just seen.
    pub fn stale(&self, root: &Path) -> Result<Vec<Problem>> {
        let mut stale = Vec::new();
        for (name, programs) in &self.identical {
            let path = Path::new("listings").join(name);
            let proof = Proof::of(&root.join(&path))?;
            if proof.is_none_or(|proof| proof.programs != *programs) {
                let file = path.join(proof::FILE);
                let text = format!("{} is not what was just seen", file.display());
                stale.push(Problem::new(name, text));
            }
        }
        Ok(stale)
    }

    /// Writes the proof of each listing; returns those files that changed. A proof that
    /// would say the same keeps its date.
    pub fn record(&self, root: &Path, node: &Node) -> Result<Vec<String>> {
        let mut changed = Vec::new();
        for (name, programs) in &self.identical {
            let folder = root.join("listings").join(name);
            let node = node.versions()?;
            let old = Proof::of(&folder).ok().flatten();
            if old.is_some_and(|old| old.node == node && old.programs == *programs) {
                continue;
            }
            let proof = Proof {
                date: crate::today()?,
                node,
                programs: programs.clone(),
            };
            let file = folder.join(proof::FILE);
            let text = serde_json::to_string_pretty(&proof)? + "\n";
            if write_if_changed(&file, &text)? {
                changed.push(super::shown(root, &file));
            }
        }
        Ok(changed)
    }
}
