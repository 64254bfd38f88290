//! The oracle: what the real Node prints, recorded beside the listings and checked.
//!
//! [`run`] runs every oracle program and every recorded session again and reports each
//! that goes another way than its record; with `record` it writes the records; with
//! `fuzz` it lets a listing meet Node on random programs. Only this command and
//! `compare` need a Node: the listings' own tests read the records.

mod process;
mod program;
mod transcript;
mod twins;

use crate::Usage;
use crate::listing::Listing;
use crate::node::{Node, Places};
use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use program::Program;
use regex::Regex;
use similar::TextDiff;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use transcript::Transcript;
use twins::Twins;

/// What the command line asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// This listing only.
    pub listing: Option<String>,
    /// Write the records instead of comparing with them.
    pub record: bool,
    /// Run this many random programs instead.
    pub fuzz: Option<u32>,
    /// Where the random programs start.
    pub seed: Option<u64>,
}

/// How the oracle finds its tools, and how long it waits for what it runs.
#[derive(Clone, Debug)]
pub struct Oracle {
    /// Where a Node may be.
    pub places: Places,
    /// The cargo that builds and runs the fuzzers.
    pub cargo: PathBuf,
    /// The most a program may take; two seconds are what a good one stays below.
    pub program_deadline: Duration,
    /// The most a command of a transcript may take, what it builds included.
    pub command_deadline: Duration,
}

impl Default for Oracle {
    fn default() -> Oracle {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Oracle {
            places: Places::from_env(),
            cargo: cargo.into(),
            program_deadline: Duration::from_secs(10),
            command_deadline: Duration::from_secs(600),
        }
    }
}

/// Does what `options` ask for in the book at `root`, and reports on stdout.
///
/// # Errors
/// See [`Oracle::run`].
pub fn run(root: &Path, options: &Options) -> Result<()> {
    Oracle::default().run(root, options, &mut std::io::stdout())
}

impl Oracle {
    /// Does what `options` ask for in the book at `root`, and reports to `out`.
    ///
    /// # Errors
    /// A [`Usage`] error for options that go not together or a listing that is not
    /// there. No pinned Node where one is needed. Anything that disagrees with its
    /// record, or could not be recorded: all of it stands in the report by then.
    pub fn run(
        &self,
        root: &Path,
        options: &Options,
        out: &mut dyn Write,
    ) -> Result<()> {
        check(options)?;
        let root = std::path::absolute(root)
            .with_context(|| format!("{} is no path", root.display()))?;
        let listings = match &options.listing {
            Some(name) => vec![Listing::find(&root, name)?],
            None => Listing::all(&root)?,
        };
        match options.fuzz {
            Some(count) => self.fuzz(&root, &listings, count, options),
            None => self.consult(&root, &listings, options, out),
        }
    }

    /// Compares or records.
    fn consult(
        &self,
        root: &Path,
        listings: &[Listing],
        options: &Options,
        out: &mut dyn Write,
    ) -> Result<()> {
        let material = Material::of(root, listings)?;
        if material.is_empty() {
            return Err(nothing(options, "oracle programs or transcripts"));
        }
        let node = self.places.find(root);
        let node = if material.needs_node() {
            Some(node?)
        } else {
            node.ok()
        };
        let (_folder, path) = path_with(node.as_ref())?;
        let commands = transcript::Runner {
            root,
            path,
            deadline: self.command_deadline,
        };
        let programs = node.as_ref().map(|node| program::Runner {
            node,
            deadline: self.program_deadline,
            root,
        });
        let twins = |list: &[Program]| twins::run(self, root, listings, list);
        if options.record {
            record(material, programs, &commands, twins, out)
        } else {
            compare(material, programs, &commands, twins, out)
        }
    }

    /// Starts the fuzzer of each listing that has one.
    fn fuzz(
        &self,
        root: &Path,
        listings: &[Listing],
        count: u32,
        options: &Options,
    ) -> Result<()> {
        let has_fuzzer = |l: &&Listing| l.dir.join("examples/fuzz.rs").is_file();
        let listings: Vec<_> = listings.iter().filter(has_fuzzer).collect();
        if listings.is_empty() {
            return Err(nothing(options, "examples/fuzz.rs"));
        }
        let node = self.places.find(root)?;
        for listing in listings {
            let name = &listing.name;
            let mut command = Command::new(&self.cargo);
            command
                .args(["run", "--release", "-q", "-p", name, "--example", "fuzz"])
                .arg("--")
                .arg("--node")
                .arg(&node.path)
                .args(["--count", &count.to_string()])
                .current_dir(root);
            if let Some(seed) = options.seed {
                command.args(["--seed", &seed.to_string()]);
            }
            let status = command
                .status()
                .with_context(|| format!("cannot run {}", self.cargo.display()))?;
            if !status.success() {
                bail!("the fuzzer of `{name}` failed: {status}");
            }
        }
        Ok(())
    }
}

/// Refuses options that go not together.
fn check(options: &Options) -> Result<()> {
    let wrong = match options {
        Options { fuzz: Some(0), .. } => "--fuzz wants a number from 1 on",
        Options {
            fuzz: Some(_),
            record: true,
            ..
        } => "--fuzz and --record do not go together: random programs are not recorded",
        Options {
            fuzz: None,
            seed: Some(_),
            ..
        } => "--seed goes with --fuzz: `oracle --fuzz 100 --seed 1`",
        _ => return Ok(()),
    };
    Err(Usage(wrong.to_string()).into())
}

/// A listing that was named and lacks what is asked for is a wrong argument.
fn nothing(options: &Options, what: &str) -> anyhow::Error {
    match &options.listing {
        Some(name) => Usage(format!("the listing `{name}` has no {what}")).into(),
        None => anyhow::anyhow!("no listing has {what}"),
    }
}

/// Everything that the oracle can run.
struct Material {
    programs: Vec<Program>,
    transcripts: Vec<Transcript>,
    /// What was wrong before anything ran.
    problems: Vec<Problem>,
}

impl Material {
    fn of(root: &Path, listings: &[Listing]) -> Result<Material> {
        let (mut programs, mut transcripts) = (Vec::new(), Vec::new());
        let mut problems = Vec::new();
        for listing in listings {
            let (found, wrong) = program::all(root, listing)?;
            programs.extend(found);
            problems.extend(wrong);
            let (found, wrong) = transcript::all(root, listing)?;
            transcripts.extend(found);
            problems.extend(wrong);
        }
        Ok(Material {
            programs,
            transcripts,
            problems,
        })
    }

    fn is_empty(&self) -> bool {
        self.programs.is_empty()
            && self.transcripts.is_empty()
            && self.problems.is_empty()
    }

    fn needs_node(&self) -> bool {
        !self.programs.is_empty() || self.transcripts.iter().any(|t| t.needs_node())
    }
}

/// One thing that is not as it should be.
#[derive(Debug)]
struct Problem {
    listing: String,
    /// What is wrong in the first line; a diff or what was printed may follow.
    text: String,
}

impl Problem {
    fn new(listing: &str, text: String) -> Problem {
        Problem {
            listing: listing.to_string(),
            text,
        }
    }
}

/// What became of a record that was to be written.
#[derive(Debug)]
enum Recorded {
    /// Written; the path, as messages show it.
    Changed(String),
    Unchanged,
    Refused(Problem),
}

impl Recorded {
    fn refused(listing: &str, text: String) -> Recorded {
        Recorded::Refused(Problem::new(listing, text))
    }

    fn from_change(changed: Option<String>) -> Recorded {
        changed.map_or(Recorded::Unchanged, Recorded::Changed)
    }
}

fn compare(
    material: Material,
    programs: Option<program::Runner>,
    commands: &transcript::Runner,
    twins: impl Fn(&[Program]) -> Result<Twins>,
    out: &mut dyn Write,
) -> Result<()> {
    let Material {
        programs: list,
        transcripts,
        mut problems,
    } = material;
    let twins = twins(&list)?;
    let (twins_agreeing, twins_wanted) = (twins.agreeing(), twins.wanted);
    problems.extend(twins.stale(commands.root)?);
    problems.extend(twins.problems);
    let bar = progress(list.len() + transcripts.len());
    let mut differ = (0, 0);
    if let Some(runner) = &programs {
        let found = in_parallel(&list, |program| {
            let found = runner.compare(program);
            bar.inc(1);
            found
        })?;
        differ.0 = found.iter().flatten().count();
        problems.extend(found.into_iter().flatten());
    }
    for transcript in &transcripts {
        bar.set_message(transcript.shown.clone());
        let found = commands.compare(transcript)?;
        bar.inc(1);
        differ.1 += usize::from(found.is_some());
        problems.extend(found);
    }
    bar.finish_and_clear();
    show(&problems, out)?;
    let varying: usize = transcripts.iter().map(Transcript::varying).sum();
    let agree = |all: usize, differ: usize| match all - differ {
        same if same == all => "all agree".to_string(),
        same => format!("{same} agree"),
    };
    writeln!(
        out,
        "{}: {}{}; {}: {}{}",
        programs_and_traces(&list),
        agree(list.len(), differ.0),
        match twins_wanted {
            0 => String::new(),
            all => format!(
                "; {}: {}",
                counted(all, "twin"),
                agree(all, all - twins_agreeing)
            ),
        },
        counted(transcripts.len(), "transcript"),
        agree(transcripts.len(), differ.1),
        match varying {
            0 => String::new(),
            _ => format!(" ({} may vary, not compared)", counted(varying, "command")),
        }
    )?;
    verdict(&problems, "found; where what runs now is right, record it")
}

fn record(
    material: Material,
    programs: Option<program::Runner>,
    commands: &transcript::Runner,
    twins: impl Fn(&[Program]) -> Result<Twins>,
    out: &mut dyn Write,
) -> Result<()> {
    let Material {
        programs: list,
        transcripts,
        mut problems,
    } = material;
    let bar = progress(list.len() * program::RUNS + transcripts.len());
    let mut results = Vec::new();
    if let Some(runner) = &programs {
        // A watched program is compared with what it prints when it is not.
        let (traced, plain): (Vec<_>, Vec<_>) = list.iter().partition(|p| p.traced);
        for each in [plain, traced] {
            let one = |program: &&Program| runner.record(program, || bar.inc(1));
            results.extend(in_parallel(&each, one)?);
        }
    }
    for transcript in &transcripts {
        bar.set_message(transcript.shown.clone());
        results.push(commands.record(transcript)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let (mut changed, mut same, mut refused) = (Vec::new(), 0, 0);
    for result in results {
        match result {
            Recorded::Changed(path) => changed.push(path),
            Recorded::Unchanged => same += 1,
            Recorded::Refused(problem) => {
                refused += 1;
                problems.push(problem);
            }
        }
    }
    // After the records: the proof is of what stands in them now.
    let twins = twins(&list)?;
    if let Some(runner) = &programs {
        changed.extend(twins.record(commands.root, runner.node)?);
    }
    problems.extend(twins.problems);
    show(&problems, out)?;
    for path in &changed {
        writeln!(out, "recorded {path}")?;
    }
    writeln!(
        out,
        "{} and {}: {} recorded anew, {same} unchanged, {refused} refused",
        programs_and_traces(&list),
        counted(transcripts.len(), "transcript"),
        changed.len(),
    )?;
    verdict(&problems, "left; when mended, record again")
}

fn show(problems: &[Problem], out: &mut dyn Write) -> Result<()> {
    for problem in problems {
        writeln!(out, "{}\n", problem.text.trim_end())?;
    }
    Ok(())
}

/// The error that ends a run with problems; it names the command that may mend them.
fn verdict(problems: &[Problem], advice: &str) -> Result<()> {
    let Some(first) = problems.first() else {
        return Ok(());
    };
    let one_listing = problems.iter().all(|p| p.listing == first.listing);
    let listing = if one_listing {
        &format!("{} ", first.listing)
    } else {
        ""
    };
    bail!(
        "{} {advice}: cargo run -- oracle {listing}--record",
        counted(problems.len(), "disagreement")
    )
}

fn programs_and_traces(list: &[Program]) -> String {
    let traces = list.iter().filter(|program| program.traced).count();
    let programs = counted(list.len() - traces, "program");
    match traces {
        0 => programs,
        _ => format!("{programs}, {}", counted(traces, "trace")),
    }
}

fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// A bar on stderr, where that is a terminal.
fn progress(length: usize) -> ProgressBar {
    let target = ProgressDrawTarget::stderr();
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} {msg}")
        .expect("a valid template");
    ProgressBar::with_draw_target(Some(length as u64), target).with_style(style)
}

/// `job` on every item, on as many threads as the machine has cores; the results come
/// in the order of the items.
fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    job: impl Fn(&T) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return done;
            };
            done.push((index, job(item)));
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut done: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores.min(items.len()))
            .map(|_| scope.spawn(work))
            .collect();
        let join =
            |w: std::thread::ScopedJoinHandle<'_, _>| w.join().expect("no panic");
        workers.into_iter().flat_map(join).collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Our PATH with the pinned Node, and nothing else of its folder, before all others.
/// The folder that is made for it lasts as long as the value returned.
fn path_with(node: Option<&Node>) -> Result<(Option<TempDir>, OsString)> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let Some(node) = node else {
        return Ok((None, path));
    };
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let link = folder
        .path()
        .join(format!("node{}", std::env::consts::EXE_SUFFIX));
    #[cfg(unix)]
    std::os::unix::fs::symlink(&node.path, &link)?;
    // A link wants a privilege elsewhere.
    #[cfg(not(unix))]
    fs::copy(&node.path, &link)?;
    let folders = std::env::split_paths(&path);
    let all = std::iter::once(folder.path().to_path_buf()).chain(folders);
    let path = std::env::join_paths(all).context("cannot put node on the PATH")?;
    Ok((Some(folder), path))
}

/// The lines that two texts have apart, with a name for each text.
fn diff(old: (&str, &str), new: (&str, &str)) -> String {
    TextDiff::from_lines(old.1, new.1)
        .unified_diff()
        .header(old.0, new.0)
        .to_string()
}

/// The files of a folder, by name; none if there is no such folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if folder.is_dir() {
        let context = || format!("cannot read {}", folder.display());
        for entry in fs::read_dir(folder).with_context(context)? {
            let path = entry.with_context(context)?.path();
            if path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A path as messages show it: from the root of the book on.
fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string()
}

/// The places under which this machine knows the root of the book.
fn machine(root: &Path) -> Regex {
    let mut names = vec![root.to_path_buf()];
    names.extend(fs::canonicalize(root));
    let names: Vec<String> = names
        .iter()
        .map(|name| regex::escape(&name.display().to_string()))
        .collect();
    // `/book` is not meant where `/bookshelf` is said.
    Regex::new(&format!(r"(?:{})\b{{end-half}}", names.join("|")))
        .expect("escaped names make a valid regex")
}

/// Whether a text says where the book is on this machine.
fn names_machine(root: &Path, text: &str) -> bool {
    machine(root).is_match(text)
}

/// The text with `.` for the root of the book.
fn without_machine(root: &Path, text: &str) -> String {
    machine(root).replace_all(text, ".").into_owned()
}

/// Writes a file in one step, so that nobody ever sees half of it; says whether that
/// was needed.
fn write_if_changed(path: &Path, text: &str) -> Result<bool> {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(false);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let context = || format!("cannot write {}", path.display());
    let mut builder = tempfile::Builder::new();
    // A temporary file is for its owner alone; a record is for whoever the umask says.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).with_context(context)?;
    file.write_all(text.as_bytes()).with_context(context)?;
    file.persist(path).with_context(context)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_of_the_book_is_a_dot_wherever_it_is_said() {
        let root = Path::new("/no/such/book");
        let text = "/no/such/book /no/such/book\nat file:///no/such/book/a.cjs:1";
        assert!(names_machine(root, text));
        assert_eq!(without_machine(root, text), ". .\nat file://./a.cjs:1");
        let other = "/no/such/bookshelf, /no/such";
        assert!(!names_machine(root, other));
        assert_eq!(without_machine(root, other), other);
    }
}
