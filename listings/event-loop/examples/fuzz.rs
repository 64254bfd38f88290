//! Runs random programs on Node and on the rebuild, and shrinks a disagreement.
//!
//! `cargo run -p event-loop --example fuzz -- --node PATH --seed 1 --count 2000`
//!
//! Exit status: 0 if all agree, 1 if one does not, 2 for a wrong argument.

#[path = "../random/mod.rs"]
mod random;

use lexopt::prelude::{Long, ValueExt};
use random::generate::{self, Case};
use random::program::{Kind, Program};
use random::recorded::{self, Entry, Recorded};
use random::steady::steady_outcome;
use random::{Outcome, javascript, shrink};
use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// The Node that the book speaks about.
const PINNED: &str = "v26.10.0";
/// How many runs of Node shrinking may take.
const SHRINK_RUNS: usize = 500;
/// How many disagreements are shrunk and shown in full.
const SHOWN: usize = 5;
/// A program that takes longer hangs. They take less than a second.
const GUARD: Duration = Duration::from_secs(30);
/// A program that prints more bytes never ends. They print less than a hundredth.
const MAX_PRINTED: u64 = 1 << 20;

/// How often a program that did not agree runs again, on its own.
const AGAIN: u32 = 9;
/// How often it must agree then.
const ENOUGH: u32 = 8;

const USAGE: &str = "fuzz --node PATH [--seed S] [--count N] [--jobs J] [--repeat R] \
    [--case K] [--print] [--record]";

struct Options {
    /// The Node to compare with.
    node: PathBuf,
    /// Every case is drawn from this and its number.
    seed: u64,
    /// Cases 0 to `count`.
    count: u64,
    /// Nodes at a time.
    jobs: usize,
    /// How often each program runs on Node: more than once looks for programs whose
    /// output varies.
    repeat: u32,
    /// Only this case.
    case: Option<u64>,
    /// Print the programs instead of running them.
    print: bool,
    /// Write random/recorded.json.
    record: bool,
}

fn main() -> ExitCode {
    let result = options().and_then(|options| {
        check_node(&options)?;
        Ok(options)
    });
    let options = match result {
        Ok(options) => options,
        Err(error) => {
            eprintln!("fuzz: {error}; usage: {USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("fuzz: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        node: PathBuf::new(),
        seed: 1,
        count: 2000,
        jobs: thread::available_parallelism().map_or(1, usize::from),
        repeat: 1,
        case: None,
        print: false,
        record: false,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("node") => options.node = parser.value()?.into(),
            Long("seed") => options.seed = parser.value()?.parse()?,
            Long("count") => options.count = parser.value()?.parse()?,
            Long("jobs") => options.jobs = parser.value()?.parse()?,
            Long("repeat") => options.repeat = parser.value()?.parse()?,
            Long("case") => options.case = Some(parser.value()?.parse()?),
            Long("print") => options.print = true,
            Long("record") => options.record = true,
            _ => return Err(argument.unexpected().into()),
        }
    }
    if options.jobs == 0 || options.repeat == 0 {
        return Err("--jobs and --repeat are at least 1".into());
    }
    if options.record && options.case.is_some() {
        return Err("--record writes cases 0 to --count, not a --case".into());
    }
    Ok(options)
}

fn check_node(options: &Options) -> Result<(), Box<dyn Error>> {
    if options.print {
        return Ok(());
    }
    if options.node.as_os_str().is_empty() {
        return Err(format!("--node is missing: the path of a Node {PINNED}").into());
    }
    let version = Command::new(&options.node).arg("--version").output();
    let version = version.map_err(|e| format!("{}: {e}", options.node.display()))?;
    let version = String::from_utf8_lossy(&version.stdout);
    let version = version.lines().next().unwrap_or_default();
    if version != PINNED {
        let path = options.node.display();
        return Err(format!("{path} is Node {version:?}, and not {PINNED}").into());
    }
    Ok(())
}

/// What became of a case.
struct Report {
    case: u64,
    drawn: Case,
    verdict: Verdict,
}

enum Verdict {
    /// Node did as the rebuild did.
    Agreed,
    /// Node did otherwise, this, and has to run it again.
    Open(Outcome),
    /// Node did otherwise at first, this, then as the rebuild did in so many of
    /// [`AGAIN`] runs, at least [`ENOUGH`]: the machine had stopped for too long.
    Stalled(Outcome, u32),
    /// Node did otherwise, always.
    Disagreed,
    /// Node did not do the same each time: these two.
    Varied(Outcome, Outcome),
}

fn run(options: &Options) -> Result<bool, Box<dyn Error>> {
    let cases = match options.case {
        Some(case) => case..case + 1,
        None => 0..options.count,
    };
    if options.print {
        for case in cases {
            println!("// case {case}");
            let program = generate::case(options.seed, case).program;
            println!("{}", javascript::emit(&program));
        }
        return Ok(true);
    }
    let folder = tempfile::tempdir()?;
    let next = AtomicU64::new(cases.start);
    let (sender, reports) = mpsc::channel();
    let mut reports = thread::scope(|scope| {
        for job in 0..options.jobs {
            let (sender, next, end) = (sender.clone(), &next, cases.end);
            let node = Node::new(&options.node, folder.path(), job);
            scope.spawn(move || work(options, &node, next, end, &sender));
        }
        drop(sender);
        collect(reports, cases.end - cases.start)
    })?;
    let node = Node::new(&options.node, folder.path(), options.jobs);
    for report in &mut reports {
        judge_again(&node, report)?;
    }
    let agreed = summarize(options, &node, &reports);
    if agreed && options.record {
        record(options, reports)?;
    }
    Ok(agreed)
}

/// A worker: runs cases until there are none left, or the other side is gone.
fn work(
    options: &Options,
    node: &Node,
    next: &AtomicU64,
    end: u64,
    reports: &mpsc::Sender<io::Result<Report>>,
) {
    loop {
        let case = next.fetch_add(1, Ordering::Relaxed);
        if case >= end {
            return;
        }
        let drawn = generate::case(options.seed, case);
        let verdict = judge(node, &drawn.program, &drawn.expected, options.repeat);
        let report = verdict.map(|verdict| Report {
            case,
            drawn,
            verdict,
        });
        if reports.send(report).is_err() {
            return;
        }
    }
}

/// The verdict while the machine is busy with other programs.
fn judge(
    node: &Node,
    program: &Program,
    expected: &Outcome,
    repeat: u32,
) -> io::Result<Verdict> {
    for _ in 0..repeat {
        let outcome = node.run(program)?;
        if outcome != *expected {
            return Ok(Verdict::Open(outcome));
        }
    }
    Ok(Verdict::Agreed)
}

/// The verdict on a program that did not agree, run again on its own. A stop of the
/// machine that is longer than [`random::steady::STALL`] is no bug of anybody; but
/// then it does not come back.
fn judge_again(node: &Node, report: &mut Report) -> io::Result<()> {
    let Verdict::Open(first) = &report.verdict else {
        return Ok(());
    };
    let mut outcomes = vec![first.clone()];
    for _ in 0..AGAIN {
        outcomes.push(node.run(&report.drawn.program)?);
    }
    let expected = &report.drawn.expected;
    let agreeing = outcomes
        .iter()
        .filter(|outcome| *outcome == expected)
        .count() as u32;
    let other = outcomes.iter().find(|outcome| *outcome != first);
    report.verdict = match other {
        None => Verdict::Disagreed,
        Some(_) if agreeing >= ENOUGH => Verdict::Stalled(first.clone(), agreeing),
        Some(other) => Verdict::Varied(first.clone(), other.clone()),
    };
    Ok(())
}

/// Gathers the reports in the order of their cases, telling how far it is.
fn collect(
    reports: mpsc::Receiver<io::Result<Report>>,
    total: u64,
) -> io::Result<Vec<Report>> {
    let mut all: Vec<Report> = Vec::new();
    let mut bad = 0;
    let mut told = Instant::now();
    for report in reports {
        let report = report?;
        bad += usize::from(!matches!(report.verdict, Verdict::Agreed));
        all.push(report);
        let done = all.len() as u64;
        let pause = if io::stderr().is_terminal() {
            200
        } else {
            5000
        };
        if done == total || told.elapsed() > Duration::from_millis(pause) {
            told = Instant::now();
            let end = if io::stderr().is_terminal() {
                '\r'
            } else {
                '\n'
            };
            eprint!("{done} of {total} programs, {bad} without agreement{end}");
        }
    }
    if io::stderr().is_terminal() {
        eprintln!();
    }
    all.sort_by_key(|report| report.case);
    Ok(all)
}

fn summarize(options: &Options, node: &Node, reports: &[Report]) -> bool {
    for report in reports {
        if let Verdict::Stalled(first, times) = &report.verdict {
            let (expected, case) = (&report.drawn.expected, report.case);
            let lines = first.output.lines().zip(expected.output.lines());
            let same = lines.take_while(|(node, ours)| node == ours).count();
            println!(
                "case {case}: other from line {} on at first, then {times} of \
                 {AGAIN} runs agree",
                same + 1
            );
        }
    }
    let good =
        |r: &&Report| matches!(r.verdict, Verdict::Agreed | Verdict::Stalled(..));
    let bad: Vec<_> = reports.iter().filter(|report| !good(report)).collect();
    for (i, report) in bad.iter().enumerate() {
        println!("case {} of seed {}", report.case, options.seed);
        if i < SHOWN {
            show(node, report);
        }
        println!(
            "again: cargo run -p event-loop --example fuzz -- \
             --node {} --seed {} --case {}\n",
            options.node.display(),
            options.seed,
            report.case
        );
    }
    let drawn: u32 = reports.iter().map(|report| report.drawn.rejected + 1).sum();
    println!(
        "{} of {} programs agree with Node {PINNED} (drawn: {drawn})",
        reports.len() - bad.len(),
        reports.len()
    );
    bad.is_empty()
}

fn show(node: &Node, report: &Report) {
    match &report.verdict {
        Verdict::Agreed | Verdict::Stalled(..) | Verdict::Open(_) => {}
        Verdict::Varied(first, second) => {
            println!("Node does not always do the same with\n");
            println!("{}", javascript::emit(&report.drawn.program));
            println!("{}", difference("Node", first, "Node, again", second));
        }
        Verdict::Disagreed => {
            let small =
                shrink::shrink(report.drawn.program.clone(), SHRINK_RUNS, |program| {
                    disagreement(node, program).is_some()
                });
            let (from, to) = (report.drawn.program.size(), small.size());
            println!("Node and the rebuild disagree (size {to}, shrunk from {from})\n");
            println!("{}", javascript::emit(&small));
            if let Some((theirs, ours)) = disagreement(node, &small) {
                println!("{}", difference("Node", &theirs, "the rebuild", &ours));
            }
        }
    }
}

/// The two outcomes of a program, if it is steady and they differ twice.
fn disagreement(node: &Node, program: &Program) -> Option<(Outcome, Outcome)> {
    let ours = steady_outcome(program)?;
    let theirs = node.run(program).ok()?;
    let insists =
        theirs != ours && node.run(program).is_ok_and(|again| again == theirs);
    insists.then_some((theirs, ours))
}

fn difference(name: &str, old: &Outcome, other: &str, new: &Outcome) -> String {
    let text =
        |outcome: &Outcome| format!("{}exit code {}\n", outcome.output, outcome.code);
    let (old, new) = (text(old), text(new));
    let diff = similar::TextDiff::from_lines(&old, &new);
    let mut text = diff.unified_diff();
    text.context_radius(100).header(name, other).to_string()
}

fn record(options: &Options, reports: Vec<Report>) -> Result<(), Box<dyn Error>> {
    let entries = reports.into_iter().map(|report| Entry {
        program: report.drawn.program,
        // They agree, so this is what Node did.
        node: report.drawn.expected,
    });
    let recorded = Recorded {
        node: PINNED.to_string(),
        seed: options.seed,
        programs: entries.collect(),
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(recorded::PATH);
    let old = std::fs::read_to_string(&path).ok();
    let old = old.and_then(|text| Recorded::from_text(&text).ok());
    let old = old.map_or(Vec::new(), |old| old.programs);
    let is_new = |entry: &&Entry| !old.contains(entry);
    let new = recorded.programs.iter().filter(is_new).count();
    std::fs::write(&path, recorded.to_text()?)?;
    println!("recorded in {}, {new} of them new", path.display());
    Ok(())
}

/// A Node, and the file names of one worker.
struct Node {
    path: PathBuf,
    folder: PathBuf,
    job: usize,
}

impl Node {
    fn new(path: &Path, folder: &Path, job: usize) -> Self {
        Node {
            // Programs run in another folder.
            path: path.canonicalize().unwrap_or_else(|_| path.to_path_buf()),
            folder: folder.to_path_buf(),
            job,
        }
    }

    /// Runs a program in a process of its own.
    fn run(&self, program: &Program) -> io::Result<Outcome> {
        let extension = match program.kind {
            Kind::Script => "cjs",
            Kind::Module => "mjs",
        };
        let source = self
            .folder
            .join(format!("program-{}.{extension}", self.job));
        let printed = self.folder.join(format!("printed-{}", self.job));
        std::fs::File::create(&source)?
            .write_all(javascript::emit(program).as_bytes())?;
        let mut child = Command::new(&self.path)
            .arg(&source)
            .current_dir(&self.folder)
            .env_remove("NODE_OPTIONS")
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(&printed)?)
            .stderr(Stdio::null())
            .spawn()?;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            let length = std::fs::metadata(&printed)?.len();
            if start.elapsed() > GUARD || length > MAX_PRINTED {
                child.kill()?;
            }
            thread::sleep(Duration::from_millis(1));
        };
        Ok(Outcome {
            output: String::from_utf8_lossy(&std::fs::read(&printed)?).into_owned(),
            // None: a signal ended it. No program asks for one.
            code: status.code().unwrap_or(i32::MIN),
        })
    }
}
