//! The oracle programs: `oracle/NAME.cjs` or `NAME.mjs`, with the recorded stdout
//! beside them in `NAME.out`. Where the listing has written `traces/NAME.rebuild.json`,
//! the program is watched too, and what its loop did recorded in `NAME.node.json`.

use super::process::{End, Finished, Streams};
use super::{Problem, Recorded, diff, process, write_if_changed};
use crate::listing::Listing;
use crate::node::Node;
use crate::trace::Trace;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often a program has to print the same before that is recorded.
pub(super) const RUNS: usize = 20;

/// Watches a program from inside: `node --require` it.
const WATCHER: &str = "tools/node/trace.cjs";

/// One program, and where its record is or will be.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub path: PathBuf,
    pub record: PathBuf,
    /// The record is not what it prints, but the trace of its loop.
    pub traced: bool,
    /// The path from the root of the book, as messages show it.
    pub shown: String,
    pub listing: String,
}

impl Program {
    /// The name without extension.
    pub fn name(&self) -> String {
        let stem = self.path.file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    }
}

/// How programs are run: by which Node, and for how long at most.
pub(super) struct Runner<'a> {
    pub node: &'a Node,
    pub deadline: Duration,
    pub root: &'a Path,
}

/// The programs of a listing, and what is wrong with its oracle folder itself: records
/// without a program, two programs for one record, programs of no known kind.
pub(super) fn all(
    root: &Path,
    listing: &Listing,
) -> Result<(Vec<Program>, Vec<Problem>)> {
    let mut programs: BTreeMap<PathBuf, Program> = BTreeMap::new();
    let (mut problems, mut records) = (Vec::new(), Vec::new());
    for path in super::files(&listing.dir.join("oracle"))? {
        let shown = super::shown(root, &path);
        let record = path.with_extension("out");
        match path.extension().and_then(|e| e.to_str()) {
            Some("cjs" | "mjs") => {
                let listing = listing.name.clone();
                let program = Program {
                    path,
                    record: record.clone(),
                    traced: false,
                    shown,
                    listing,
                };
                if let Some(first) = programs.get(&record) {
                    let first = &first.shown;
                    problems.push(Problem::new(
                        &program.listing,
                        format!(
                            "{} and {first} have one record: rename one",
                            program.shown
                        ),
                    ));
                } else {
                    programs.insert(record, program);
                }
            }
            Some("js") => problems.push(Problem::new(
                &listing.name,
                format!("{shown} is never run: name it .cjs or .mjs"),
            )),
            Some("out") => records.push((path, shown)),
            _ => {}
        }
    }
    for (record, shown) in records {
        if !programs.contains_key(&record) {
            problems.push(Problem::new(
                &listing.name,
                format!("{shown} has no program beside it: remove it, or write one"),
            ));
        }
    }
    let (traced, wrong) = traced(root, listing, programs.values())?;
    problems.extend(wrong);
    Ok((programs.into_values().chain(traced).collect(), problems))
}

/// The programs to watch; and the traces of Node that have no program.
fn traced<'a>(
    root: &Path,
    listing: &Listing,
    programs: impl Iterator<Item = &'a Program>,
) -> Result<(Vec<Program>, Vec<Problem>)> {
    let folder = listing.dir.join("traces");
    let mut found = Vec::new();
    for program in programs {
        let name = program.name();
        let record = folder.join(format!("{name}.node.json"));
        let ours = folder.join(format!("{name}.rebuild.json"));
        if ours.is_file() || record.is_file() {
            found.push(Program {
                record,
                traced: true,
                shown: format!("{}, watched,", program.shown),
                ..program.clone()
            });
        }
    }
    let mut problems = Vec::new();
    for path in super::files(&folder)? {
        let of_node = path.to_string_lossy().ends_with(".node.json");
        if of_node && !found.iter().any(|program| program.record == path) {
            let shown = super::shown(root, &path);
            let text = format!("{shown} has no program in oracle/: remove it");
            problems.push(Problem::new(&listing.name, text));
        }
    }
    Ok((found, problems))
}

impl Runner<'_> {
    /// Runs the program once and compares with its record.
    pub fn compare(&self, program: &Program) -> Result<Option<Problem>> {
        let problem = |text| Ok(Some(Problem::new(&program.listing, text)));
        let (now, stderr) = match self.printed(program)? {
            Ok(printed) => printed,
            Err(text) => return problem(text),
        };
        let shown = &program.shown;
        let recorded = match fs::read(&program.record) {
            Ok(recorded) => recorded,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let out = super::shown(self.root, &program.record);
                return problem(format!("{shown} has no record: {out} is missing"));
            }
            Err(error) => {
                let record = program.record.display();
                return Err(error).with_context(|| format!("cannot read {record}"));
            }
        };
        if recorded == now.as_bytes() {
            return Ok(None);
        }
        let recorded = String::from_utf8_lossy(&recorded);
        let side = format!("Node {} now", self.node.version);
        let diff = diff(("recorded", &recorded), (&side, &now));
        problem(format!(
            "{shown} prints what is not recorded\n{diff}{stderr}"
        ))
    }

    /// Runs the program [`RUNS`] times and records what it printed if that was always
    /// the same.
    pub fn record(&self, program: &Program, ran: impl Fn()) -> Result<Recorded> {
        // Each output, how many runs had it, and the stderr of the first of them.
        let mut variants: Vec<(String, usize, String)> = Vec::new();
        for _ in 0..RUNS {
            let (now, stderr) = match self.printed(program)? {
                Ok(printed) => printed,
                Err(text) => return Ok(Recorded::refused(&program.listing, text)),
            };
            match variants.iter_mut().find(|(known, ..)| *known == now) {
                Some((_, count, _)) => *count += 1,
                None => variants.push((now, 1, stderr)),
            }
            ran();
        }
        let shown = &program.shown;
        match variants.as_slice() {
            [(output, ..)] if super::names_machine(self.root, output) => {
                let text = format!(
                    "{shown} prints where the book is on this machine: not recorded"
                );
                Ok(Recorded::refused(&program.listing, text))
            }
            [(output, ..)] => {
                let changed = write_if_changed(&program.record, output)?;
                let out = super::shown(self.root, &program.record);
                Ok(Recorded::from_change(changed.then_some(out)))
            }
            _ => Ok(Recorded::refused(&program.listing, varies(shown, variants))),
        }
    }

    /// Stdout of one run, or its trace, with stderr ready to be shown; or what is wrong
    /// with the run.
    fn printed(&self, program: &Program) -> Result<Result<(String, String), String>> {
        let folder = program.path.parent().unwrap_or(self.root);
        let name = program.path.file_name().unwrap_or_default();
        let mut command = process::clean(self.node.path.as_os_str(), &[]);
        let traces = tempfile::tempdir().context("cannot make a temporary folder")?;
        let trace = traces.path().join("trace.json");
        if program.traced {
            command.arg("--require").arg(self.root.join(WATCHER));
            command.env("TRACE", &trace);
        }
        command.arg(name).current_dir(folder);
        let Finished {
            stdout,
            stderr,
            end,
        } = process::run(&mut command, Streams::Apart, self.deadline)?;
        let stderr = quoted(&stderr);
        let shown = &program.shown;
        Ok(match (end, String::from_utf8(stdout)) {
            (End::Overran(deadline), _) => {
                Err(format!("{shown} ran longer than {deadline:?}\n{stderr}"))
            }
            (End::WroteTooMuch, _) => {
                Err(format!("{shown} prints without end\n{stderr}"))
            }
            (End::Exited(status), _) if status.code().is_none() => {
                Err(format!("{shown} was killed: {status}\n{stderr}"))
            }
            (_, Err(_)) => Err(format!("{shown} prints what is not UTF-8\n{stderr}")),
            (End::Exited(_), Ok(stdout)) if program.traced => {
                let trace = fs::read_to_string(&trace).unwrap_or_default();
                let checked = watched(&trace, &stdout, &program.path);
                match checked {
                    Ok(()) => Ok((trace, stderr)),
                    Err(why) => Err(format!("{shown} {why}\n{stderr}")),
                }
            }
            (End::Exited(_), Ok(stdout)) => Ok((stdout, stderr)),
        })
    }
}

/// Whether a trace tells all that the program printed, and watching changed nothing.
fn watched(trace: &str, stdout: &str, program: &Path) -> Result<(), String> {
    if trace.is_empty() {
        return Err("left no trace".into());
    }
    let trace = Trace::parse(trace).map_err(|e| format!("left no trace: {e:#}"))?;
    let told: String = trace.output().map(|line| format!("{line}\n")).collect();
    if told != stdout {
        let diff = diff(("printed", stdout), ("in the trace", &told));
        return Err(format!("prints what is not in its trace\n{diff}"));
    }
    let alone = fs::read_to_string(program.with_extension("out")).unwrap_or_default();
    if alone != stdout {
        let diff = diff(("alone", &alone), ("watched", stdout));
        return Err(format!("does not print what it prints alone\n{diff}"));
    }
    Ok(())
}

/// Why nothing was recorded: the two most frequent outputs, side by side.
fn varies(shown: &str, mut variants: Vec<(String, usize, String)>) -> String {
    variants.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    let counts: Vec<String> = variants
        .iter()
        .map(|(_, count, _)| count.to_string())
        .collect();
    let side = |i: usize| format!("{} of {RUNS} runs", counts[i]);
    let diff = diff((&side(0), &variants[0].0), (&side(1), &variants[1].0));
    format!(
        "{shown} varies, so it is no oracle: not recorded\n\
         its {RUNS} runs had {} outputs, by frequency {}\n{diff}{}",
        variants.len(),
        counts.join(", "),
        variants[1].2,
    )
}

/// The last lines of stderr, marked as such; nothing if there are none.
fn quoted(stderr: &[u8]) -> String {
    const MOST_LINES: usize = 20;
    let stderr = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = stderr.lines().collect();
    let last = &lines[lines.len().saturating_sub(MOST_LINES)..];
    last.iter()
        .map(|line| format!("stderr: {line}\n"))
        .collect()
}
