//! `compare` on a small book whose contestants are shell commands, and what pages make
//! of its record. No assertion depends on how long anything takes.
#![cfg(unix)]

use book::Usage;
use book::compare::{self, Options, Record};
use book::listing::Listing;
use book::measured;
use book::node;
use regex::Regex;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A book with one listing, `demo`.
struct Book {
    root: TempDir,
}

impl Book {
    fn new(declaration: &str) -> Book {
        let book = Book {
            root: tempfile::tempdir().unwrap(),
        };
        fs::create_dir_all(book.file("compare")).unwrap();
        book.declare(declaration);
        book
    }

    fn declare(&self, declaration: &str) {
        fs::write(self.file("compare/compare.toml"), declaration).unwrap();
    }

    fn root(&self) -> &Path {
        self.root.path()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.root().join("listings/demo").join(name)
    }

    fn compare(&self, options: &Options) -> Result<(), String> {
        compare::run(self.root(), options).map_err(|error| format!("{error:#}"))
    }

    fn measure(&self) -> Record {
        self.compare(&Options::default()).unwrap();
        self.record()
    }

    fn record(&self) -> Record {
        let listing = Listing::find(self.root(), "demo").unwrap();
        Record::read(&listing).unwrap().unwrap()
    }

    fn saved(&self) -> String {
        fs::read_to_string(self.file("compare/results.json")).unwrap()
    }

    fn render(&self, request: &str) -> Result<String, String> {
        let rendered = measured::render(self.root(), request);
        rendered.map_err(|error| format!("{error:#}"))
    }
}

/// A contestant that prints the next of `values` at each start: the warm-up first.
fn run(who: &str, values: &[u32]) -> String {
    let values: String = values.iter().map(|value| format!("{value} ")).collect();
    let file = format!("turns-{who}");
    let script = format!(
        "echo {who} >> log; echo >> {file}; set -- {values}; \
         shift $(($(wc -l < {file}) - 1)); echo noise; echo $1"
    );
    shell(who, &script)
}

/// A contestant that runs a shell script.
fn shell(who: &str, script: &str) -> String {
    format!("[[job.run]]\nwho = '{who}'\ncommand = ['sh', '-c', '''{script}''']\n")
}

fn job(name: &str, better: &str, runs: &[String]) -> String {
    format!(
        "[[job]]\nname = '{name}'\ntitle = 'The {name}'\nunit = 'ns per {name}'\n\
         better = '{better}'\n{}",
        runs.concat()
    )
}

fn rounds(rounds: u32, jobs: &[String]) -> String {
    format!("rounds = {rounds}\n{}", jobs.concat())
}

fn three_contestants() -> String {
    rounds(
        3,
        &[job(
            "ticks",
            "lower",
            &[
                run("rebuild", &[999, 100, 200, 50]),
                run("node", &[999, 400, 300, 150]),
                run("pond", &[999, 50, 260, 60]),
            ],
        )],
    )
}

#[test]
fn the_record_has_every_sample_but_those_of_the_warm_up() {
    let record = Book::new(&three_contestants()).measure();
    let job = &record.jobs[0];
    assert_eq!(
        (job.name.as_str(), job.unit.as_str()),
        ("ticks", "ns per ticks")
    );
    assert_eq!((job.rounds, job.runs.len()), (3, 3));
    let node = &job.run("node").unwrap().results[0];
    let values: Vec<f64> = node.samples.iter().map(|sample| sample.value).collect();
    assert_eq!(values, [400.0, 300.0, 150.0]);
    let summary = node.summary;
    assert_eq!(
        (summary.median, summary.min, summary.max),
        (300.0, 150.0, 400.0)
    );
    assert!(job.measured.machine.cores > 0);
    let date = Regex::new(r"^\d{4}-\d\d-\d\d$").unwrap();
    assert!(date.is_match(&job.measured.date), "{}", job.measured.date);
    assert!(job.measured.versions.rustc.starts_with("1."));
}

#[test]
fn the_order_rotates_from_round_to_round() {
    let book = Book::new(&three_contestants());
    book.measure();
    let log = fs::read_to_string(book.file("log")).unwrap();
    let log: Vec<&str> = log.lines().collect();
    let rounds: Vec<String> = log.chunks(3).map(|round| round.join(" ")).collect();
    assert_eq!(
        rounds,
        [
            "rebuild node pond",
            "rebuild node pond",
            "node pond rebuild",
            "pond rebuild node",
        ]
    );
}

#[test]
fn a_ratio_is_taken_within_a_round_and_above_one_when_the_rebuild_is_better() {
    let runs = |who: &str, values: &[u32]| run(who, values);
    let jobs = |better: &str| {
        let rebuild = runs("rebuild", &[9, 100, 200, 50]);
        let node = runs("node", &[9, 400, 300, 150]);
        rounds(3, &[job("ticks", better, &[rebuild, node])])
    };
    for (better, expected) in [
        ("lower", [4.0, 1.5, 3.0]),
        ("higher", [0.25, 2.0 / 3.0, 1.0 / 3.0]),
    ] {
        let record = Book::new(&jobs(better)).measure();
        let job = &record.jobs[0];
        assert_eq!(job.run("rebuild").unwrap().results[0].ratio, None);
        let node = &job.run("node").unwrap().results[0];
        let ratio = node.ratio.as_ref().unwrap();
        assert_eq!(ratio.rounds, expected, "{better} is better");
        let mut sorted = expected;
        sorted.sort_by(f64::total_cmp);
        let summary = ratio.summary;
        assert_eq!([summary.min, summary.median, summary.max], sorted);
    }
}

#[test]
fn a_growth_job_is_measured_at_every_point() {
    let growing = |who: &str, factor: u32| {
        shell(who, &format!("echo $(($1 * {factor}))"))
            .replace("''']\n", "''', 'sh']\n")
    };
    let job = job(
        "growth",
        "lower",
        &[growing("rebuild", 2), growing("node", 6)],
    );
    let job = job.replace("better", "points = [10, 1000]\nbetter");
    let record = Book::new(&rounds(2, &[job])).measure();
    let node = record.jobs[0].run("node").unwrap();
    let seen: Vec<_> = node
        .results
        .iter()
        .map(|r| (r.point.unwrap(), r.summary.median, r.samples.len()))
        .collect();
    assert_eq!(seen, [(10, 60.0, 2), (1000, 6000.0, 2)]);
    let ratios = node.results.iter().map(|r| r.ratio.as_ref().unwrap());
    let medians: Vec<f64> = ratios.map(|ratio| ratio.summary.median).collect();
    assert_eq!(medians, [3.0, 3.0]);
}

#[test]
fn an_example_is_built_once_and_run() {
    let example = "[[job.run]]\nwho = 'rebuild'\nexample = 'compare'\nargs = ['41']\n";
    let node = shell("node", "echo 84");
    let book = Book::new(&rounds(
        1,
        &[job("ticks", "lower", &[example.into(), node])],
    ));
    let write = |path: &Path, text: &str| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let workspace = "[workspace]\nmembers = ['listings/*']\nresolver = '3'\n";
    write(&book.root().join("Cargo.toml"), workspace);
    let manifest = "[package]\nname = 'demo'\nversion = '0.1.0'\nedition = '2024'\n";
    write(&book.file("Cargo.toml"), manifest);
    write(&book.file("src/lib.rs"), "");
    let main = "fn main() {
        let n: u32 = std::env::args().nth(1).unwrap().parse().unwrap();
        println!(\"{}\", n + 1);
    }";
    write(&book.file("examples/compare.rs"), main);
    let record = book.measure();
    let rebuild = record.jobs[0].run("rebuild").unwrap();
    assert_eq!(rebuild.results[0].summary.median, 42.0);
    assert_eq!(
        rebuild.command,
        "cargo run --release --example compare -- 41"
    );
}

#[test]
fn the_version_of_a_peer_comes_from_the_lock_file_or_from_its_own_command() {
    let mut peer = run("pond", &[1, 1]);
    peer += "version = ['sh', '-c', 'echo pond 3.1']\n";
    let lock = run("lake", &[1, 1]);
    let runs = [run("rebuild", &[1, 1]), peer, lock];
    let book = Book::new(&rounds(1, &[job("ticks", "lower", &runs)]));
    let package = |name: &str, version: &str| {
        format!("[[package]]\nname = '{name}'\nversion = '{version}'\n")
    };
    let demo = package("demo", "0.1.0") + "dependencies = ['lake 2.0.0']\n";
    let packages = [package("lake", "1.0.0"), package("lake", "2.0.0"), demo];
    fs::write(book.root().join("Cargo.lock"), packages.concat()).unwrap();
    let record = book.measure();
    let peers = &record.jobs[0].measured.versions.peers;
    let peers: Vec<_> = peers
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(peers, [("lake", "2.0.0"), ("pond", "pond 3.1")]);
    assert_eq!(record.jobs[0].measured.versions.node, None);
}

/// Gives the book a pinned Node and returns its version: the one that NODE names, or
/// else a shell script that prints 7 whatever it runs.
fn pin_node(book: &Book) -> String {
    let version = match std::env::var_os("NODE").filter(|node| !node.is_empty()) {
        Some(node) => {
            let output = Command::new(node).arg("--version").output().unwrap();
            let said = String::from_utf8(output.stdout).unwrap();
            said.trim().trim_start_matches('v').to_string()
        }
        None => {
            let program = node::installed(book.root()).unwrap();
            fs::create_dir_all(program.parent().unwrap()).unwrap();
            let script = "#!/bin/sh\ncase $1 in --version) echo v1.2.3 ;;\n\
                -p) echo '{\"node\":\"1.2.3\",\"v8\":\"4.5\",\"uv\":\"6.7\"}' ;;\n\
                *) echo 7 ;; esac\n";
            // Written by another process: a test that starts one meanwhile would hand
            // it our open file, and a file open for writing cannot be executed.
            let copy = "printf '%s' \"$0\" > \"$1\" && chmod +x \"$1\"";
            let mut shell = Command::new("sh");
            let status = shell.args(["-c", copy, script]).arg(&program).status();
            assert!(status.unwrap().success());
            "1.2.3".to_string()
        }
    };
    let pin = format!("{{\"optionalDependencies\":{{\"node\":\"{version}\"}}}}");
    fs::create_dir_all(book.root().join("tools/node")).unwrap();
    fs::write(book.root().join("tools/node/package.json"), pin).unwrap();
    version
}

#[test]
fn a_script_runs_on_the_pinned_node_whose_versions_are_recorded_with_its_job() {
    let script = "[[job.run]]\nwho = 'node'\nscript = 'compare/bench.mjs'\n";
    let rebuild = shell("rebuild", "echo 1");
    let with = job("ticks", "lower", &[rebuild.clone(), script.into()]);
    let without = job("turns", "lower", &[rebuild, shell("pond", "echo 1")]);
    let book = Book::new(&rounds(1, &[with, without]));
    let error = book.compare(&Options::default()).unwrap_err();
    assert!(error.contains("listings/demo/compare/bench.mjs"), "{error}");
    fs::write(book.file("compare/bench.mjs"), "console.log(7);").unwrap();
    let version = pin_node(&book);
    let record = book.measure();
    let node = record.jobs[0].run("node").unwrap();
    assert_eq!(node.results[0].summary.median, 7.0);
    assert_eq!(node.command, "node compare/bench.mjs");
    let versions = |job: usize| record.jobs[job].measured.versions.node.as_ref();
    assert_eq!(versions(0).unwrap().node, version);
    assert_eq!(versions(1), None);
}

/// Replaces the contestant `node` of a measured book; says how `compare` fails then,
/// after it saw that the old record stays.
fn failure(node: &str, deadline: Duration) -> String {
    let book = Book::new(&three_contestants());
    book.measure();
    let before = book.saved();
    let rebuild = shell("rebuild", "echo 1");
    let node = shell("node", node);
    book.declare(&rounds(2, &[job("ticks", "lower", &[node, rebuild])]));
    let options = Options::default();
    let error = compare::run_within(book.root(), &options, deadline).unwrap_err();
    assert_eq!(book.saved(), before, "the old record stays");
    format!("{error:#}")
}

#[test]
fn a_failing_command_is_named_and_the_old_record_stays() {
    let script =
        "echo >> n; echo 5; [ $(wc -l < n) -lt 3 ] || { echo ouch >&2; exit 7; }";
    let error = failure(script, compare::DEADLINE);
    for part in [
        "`demo`",
        "`ticks`",
        "`node`",
        "round 2 of 2",
        "status: 7",
        "ouch",
    ] {
        assert!(error.contains(part), "{part} is missing in: {error}");
    }
}

#[test]
fn a_last_line_that_is_no_number_is_an_error() {
    for (script, line) in [
        ("echo 5; echo fast", "`fast`"),
        ("true", "``"),
        ("echo 0", "`0`"),
        ("echo inf", "`inf`"),
        ("echo 3 ns", "`3 ns`"),
    ] {
        let error = failure(script, compare::DEADLINE);
        assert!(error.contains("warm-up round"), "{error}");
        let message = format!("its last line is {line}, not a number above 0");
        assert!(error.contains(&message), "{error}");
    }
}

#[test]
fn a_command_that_does_not_end_is_stopped_with_all_it_started() {
    let pid = tempfile::NamedTempFile::new().unwrap();
    let script = format!(
        "sleep 600 & echo $! > {}; echo waiting >&2; wait; echo 1",
        pid.path().display()
    );
    let error = failure(&script, Duration::from_secs(1));
    assert!(error.contains("deadline of 1 s"), "{error}");
    assert!(error.contains("`node`"), "{error}");
    if cfg!(target_os = "linux") {
        let id = fs::read_to_string(pid.path()).unwrap();
        let stat = format!("/proc/{}/stat", id.trim());
        // A killed process may stay a zombie until its new parent looks.
        let gone = || fs::read_to_string(&stat).map_or(true, |s| s.contains(") Z"));
        let started = Instant::now();
        while !gone() {
            assert!(started.elapsed() < Duration::from_secs(60), "still there");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn what_a_job_finds_out_besides_is_recorded_as_a_job() {
    let also = "also = [{ name = \"job-late\", title = \"T\", unit = \"us\", \
                better = \"lower\" }]\n";
    let with_also = |rebuild: &str| {
        let runs = [
            shell("rebuild", rebuild),
            shell("node", "echo job-late 6; echo 2"),
        ];
        let job = job("job", "higher", &runs);
        let (head, runs) = job.split_once("[[job.run]]").unwrap();
        rounds(1, &[format!("{head}{also}[[job.run]]{runs}")])
    };
    let book = Book::new(&with_also("echo job-late 3; echo more; echo 4"));
    let record = book.measure();
    let names: Vec<&str> = record.jobs.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names, ["job", "job-late"]);
    let ratios = record.jobs.iter().map(|job| {
        let results = &job.run("node").unwrap().results[0];
        results.ratio.as_ref().unwrap().summary.median
    });
    assert_eq!(ratios.collect::<Vec<_>>(), [2.0, 2.0]);
    for silent in [
        "echo 4",
        "echo job-late x; echo 4",
        "echo job-late 0; echo 4",
    ] {
        book.declare(&with_also(silent));
        let error = book.compare(&Options::default()).unwrap_err();
        assert!(error.contains("no line `job-late NUMBER`"), "{error}");
    }
}

#[test]
fn a_filter_keeps_the_records_of_the_other_jobs() {
    let two = |value: u32| {
        let values = [value; 5];
        let runs = |who: &str| run(who, &values).replace("log", &format!("log-{who}"));
        let jobs = ["ticks", "turns"].map(|name| {
            let runs = ["rebuild", "node"].map(|who| runs(who).replace("turns-", name));
            job(name, "lower", &runs)
        });
        rounds(2, &jobs)
    };
    let book = Book::new(&two(5));
    let before = book.measure();
    for who in ["rebuild", "node"] {
        fs::remove_file(book.file(&format!("turns{who}"))).unwrap();
    }
    book.declare(&two(8));
    let options = Options {
        jobs: vec!["turns".into()],
        rounds: Some(1),
        ..Options::default()
    };
    book.compare(&options).unwrap();
    let after = book.record();
    assert_eq!(after.jobs[0], before.jobs[0]);
    let turns = &after.jobs[1];
    assert_eq!((turns.name.as_str(), turns.rounds), ("turns", 1));
    assert_eq!(turns.runs[0].results[0].summary.median, 8.0);
    assert_eq!(
        measured::jobs_of(book.root(), "demo").unwrap(),
        ["ticks", "turns"]
    );
}

#[test]
fn a_job_that_is_no_longer_declared_goes_with_the_next_full_run() {
    let jobs = |name: &str| {
        let runs = ["rebuild", "node"].map(|who| shell(who, "echo 5"));
        rounds(1, &[job(name, "lower", &runs)])
    };
    let book = Book::new(&jobs("ticks"));
    book.measure();
    book.declare(&jobs("turns"));
    let filter = Options {
        jobs: vec!["turns".into()],
        ..Options::default()
    };
    book.compare(&filter).unwrap();
    assert_eq!(
        measured::jobs_of(book.root(), "demo").unwrap(),
        ["turns", "ticks"]
    );
    book.measure();
    assert_eq!(measured::jobs_of(book.root(), "demo").unwrap(), ["turns"]);
}

#[test]
fn a_wrong_argument_is_a_usage_error_that_says_what_is_right() {
    let book = Book::new(&three_contestants());
    let with = |listing: &str, jobs: &[&str], rounds| Options {
        listing: Some(listing.into()),
        jobs: jobs.iter().map(|job| job.to_string()).collect(),
        rounds,
    };
    for (options, message) in [
        (
            with("domo", &[], None),
            "no listing `domo`; there are: demo",
        ),
        (
            with("demo", &["tick"], None),
            "no job `tick`; there are: ticks",
        ),
        (with("demo", &[], Some(0)), "above 0"),
    ] {
        let error = compare::run(book.root(), &options).unwrap_err();
        assert!(error.is::<Usage>(), "{error:?}");
        assert!(error.to_string().contains(message), "{error}");
    }
    fs::remove_file(book.file("compare/compare.toml")).unwrap();
    let error = compare::run(book.root(), &with("demo", &[], None)).unwrap_err();
    assert!(error.is::<Usage>(), "{error:?}");
    assert!(error.to_string().contains("compares nothing"), "{error}");
}

#[test]
fn a_declaration_that_cannot_be_right_is_refused_before_anything_runs() {
    let [rebuild, node] = ["rebuild", "node"].map(|who| run(who, &[1, 1]));
    let both = [rebuild.clone(), node.clone()];
    let missing = node.replace("'sh', '-c'", "'no-such-program-anywhere'");
    let hint = missing.clone() + "install = 'apt install pond'\n";
    let two_ways = node.clone() + "script = 'bench.mjs'\n";
    let cases = [
        (job("ticks", "faster", &both), "unknown variant"),
        (job("Ticks", "lower", &both), "kebab-case"),
        (
            job("ticks", "lower", std::slice::from_ref(&rebuild)),
            "at least one other",
        ),
        (
            job("ticks", "lower", &[node.clone(), run("pond", &[1])]),
            "needs the `rebuild`",
        ),
        (
            job(
                "ticks",
                "lower",
                &[rebuild.clone(), node.clone(), node.clone()],
            ),
            "takes part twice",
        ),
        (
            job("ticks", "lower", &[rebuild.clone(), two_ways]),
            "exactly one of",
        ),
        (
            job("ticks", "lower", &[rebuild.clone(), missing]),
            "install `no-such-program-anywhere`",
        ),
        (
            job("ticks", "lower", &[rebuild.clone(), hint]),
            "to get it: `apt install pond`",
        ),
        (
            job("ticks", "lower", &both).replace("unit", "units"),
            "unknown field `units`",
        ),
        (
            job("ticks", "lower", &both).replace("unit", "points = [2, 1]\nunit"),
            "ascend",
        ),
        (
            job("ticks", "lower", &both) + &job("ticks", "lower", &both),
            "two jobs are called `ticks`",
        ),
    ];
    for (jobs, message) in cases {
        let book = Book::new(&rounds(1, &[jobs]));
        let error = book.compare(&Options::default()).unwrap_err();
        assert!(error.contains(message), "{message} is missing in: {error}");
        assert!(!book.file("log").exists(), "nothing ran: {message}");
    }
}

#[test]
fn a_record_changed_by_hand_is_refused() {
    let book = Book::new(&three_contestants());
    book.measure();
    let mut record: serde_json::Value = serde_json::from_str(&book.saved()).unwrap();
    let median = &mut record["jobs"][0]["runs"][1]["results"][0]["ratio"]["median"];
    assert_eq!(median.as_f64(), Some(3.0));
    *median = 30.0.into();
    let file = book.file("compare/results.json");
    fs::write(file, record.to_string()).unwrap();
    let error = book.render("listing = 'demo'\ntitle = 'x'").unwrap_err();
    assert!(error.contains("not those of its samples"), "{error}");
    assert!(error.contains("cargo run -- compare demo"), "{error}");
}

/// The numbers in the text of `html`, not those in its tags.
fn numbers(html: &str) -> Vec<String> {
    let tags = Regex::new("<[^>]*>").unwrap();
    let text = tags.replace_all(html, " ");
    let number = Regex::new(r"\d[\d,]*(\.\d+)?").unwrap();
    let found = number.find_iter(&text).map(|found| found.as_str());
    found.map(str::to_string).collect()
}

fn part<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = html.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

/// The text between the tags of `html`, its spaces evened out.
fn words(html: &str) -> String {
    let tags = Regex::new("<[^>]*>").unwrap();
    let text = tags.replace_all(html, " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The contestants of a table, from top to bottom.
fn who(html: &str) -> Vec<&str> {
    let rows = html.split("<th scope=\"row\">").skip(1);
    rows.map(|row| row.split('<').next().unwrap()).collect()
}

fn assert_markdown_leaves_it_alone(html: &str) {
    assert!(html.lines().all(|line| !line.trim().is_empty()), "{html}");
    assert!(html.starts_with('<'), "{html}");
}

#[test]
fn a_table_has_the_values_of_the_record_and_no_others() {
    let book = Book::new(&three_contestants());
    book.measure();
    let request = "listing = 'demo'\ntitle = 'Ticks & <more>'";
    let html = book.render(request).unwrap();
    assert_markdown_leaves_it_alone(&html);
    assert_eq!(html, book.render(request).unwrap());
    let expected = [
        ["100", "50.0", "200"],
        ["300", "150", "400"],
        ["3.00", "1.50", "4.00"],
        ["60.0", "50.0", "260"],
        ["1.20", "0.500", "1.30"],
    ];
    let body = part(&html, "<tbody>", "</tbody>");
    assert_eq!(numbers(body), expected.concat());
    assert!(body.contains("3.00× <span class=\"range\">[1.50–4.00]</span>"));
    assert!(html.contains("<caption>Ticks &amp; &lt;more&gt;</caption>"));
    assert_eq!(who(&html), ["rebuild", "Node", "pond"]);
    assert!(
        words(body).starts_with("The ticks (ns per ticks, lower is better) rebuild")
    );
    let method = words(part(&html, "<p class=\"method\">", "</p>"));
    assert!(method.contains("of 3 rounds"), "{method}");
    assert!(
        method.contains(&book.record().jobs[0].measured.date),
        "{method}"
    );
    assert!(method.contains("cargo run -- compare demo"), "{method}");
}

#[test]
fn a_table_says_in_words_where_the_rebuild_loses() {
    let runs = |other: &[u32]| {
        let runs = [run("rebuild", &[9, 100, 100, 100]), run("node", other)];
        rounds(3, &[job("ticks", "lower", &runs)])
    };
    for (values, cell) in [
        ([9, 50, 110, 60], "<td class=\"loses\">0.600×"),
        ([9, 50, 110, 120], "<td class=\"unclear\">1.10×"),
        ([9, 130, 110, 120], "<td>1.20×"),
    ] {
        let book = Book::new(&runs(&values));
        book.measure();
        let html = book.render("listing = 'demo'\ntitle = 'x'").unwrap();
        assert!(html.contains(cell), "{cell} is missing in {html}");
        assert_eq!(
            html.contains("the rebuild loses</strong>"),
            cell.contains("loses")
        );
        assert_eq!(
            html.contains("not in every round</strong>"),
            cell.contains("unclear")
        );
    }
}

#[test]
fn jobs_and_contestants_come_as_asked() {
    let runs = ["pond", "node-batched", "rebuild"].map(|who| shell(who, "echo 5"));
    let jobs = ["ticks", "turns", "timers"].map(|name| job(name, "lower", &runs));
    let book = Book::new(&rounds(1, &jobs));
    book.measure();
    let request = "listing = 'demo'\ntitle = 'x'\njobs = ['timers', 'ticks']\n";
    let html = book.render(request).unwrap();
    let groups = html.matches("<tbody>").count();
    assert_eq!(groups, 2);
    assert!(html.find("The timers") < html.find("The ticks"));
    let all = ["rebuild", "Node (batched)", "pond"];
    assert_eq!(who(&html), [all, all].concat());
    let html = book.render(&format!("{request}who = ['pond']")).unwrap();
    assert_eq!(who(&html), ["rebuild", "pond", "rebuild", "pond"]);
}

#[test]
fn jobs_measured_together_share_a_caption_and_others_do_not() {
    let version = "version = ['echo', '1.0']\n";
    let peer = |who: &str| {
        let peer = shell(who, "echo 5") + version;
        [shell("rebuild", "echo 5"), peer]
    };
    let jobs = [
        job("ticks", "lower", &peer("pond")),
        job("turns", "lower", &peer("lake")),
    ];
    let book = Book::new(&rounds(2, &jobs));
    book.measure();
    let caption = || {
        let html = book.render("listing = 'demo'\ntitle = 'x'").unwrap();
        words(part(&html, "<p class=\"method\">", "</p>"))
    };
    assert_eq!(caption().matches("Median").count(), 1, "{}", caption());
    let again = Options {
        jobs: vec!["turns".into()],
        rounds: Some(1),
        ..Options::default()
    };
    book.compare(&again).unwrap();
    let caption = caption();
    assert!(
        caption.contains("The ticks: Median [min–max] of 2 rounds"),
        "{caption}"
    );
    assert!(
        caption.contains("The turns: Median [min–max] of 1 round,"),
        "{caption}"
    );
}

#[test]
fn a_plot_of_ratios_has_the_values_of_the_record_and_no_others() {
    let book = Book::new(&three_contestants());
    book.measure();
    let request = "listing = 'demo'\nshow = 'ratios'\ntitle = 'Ticks'\n\
                   description = 'Who is faster'\n";
    let html = book.render(request).unwrap();
    assert_markdown_leaves_it_alone(&html);
    assert_eq!(html, book.render(request).unwrap());
    for label in [
        "Node 3.00× [1.50–4.00]",
        "pond 1.20× [0.500–1.30], not in every round",
        "1×: as good as the rebuild",
    ] {
        assert!(html.contains(label), "{label} is missing in {html}");
    }
    let svg = part(&html, "</desc>", "</svg>");
    let ratios = ["3.00", "1.50", "4.00", "1.20", "0.500", "1.30"];
    let marks = Regex::new(r"^([1-9]0*|0\.0*[1-9]|[1-9]\.[1-9])$").unwrap();
    for number in numbers(svg) {
        let known = ratios.contains(&number.as_str()) || marks.is_match(&number);
        assert!(known, "{number} is neither in the record nor on the axis");
    }
}

#[test]
fn a_plot_speaks_in_the_colors_of_the_page_and_to_those_who_cannot_see_it() {
    let book = Book::new(&three_contestants());
    book.measure();
    let request = "listing = 'demo'\nshow = 'ratios'\ntitle = 'Ticks'\n";
    let error = book.render(request).unwrap_err();
    assert!(error.contains("needs a `description`"), "{error}");
    let request = format!("{request}description = 'Who is faster.'\n");
    let html = book.render(&request).unwrap();
    let literal = Regex::new("\"#[0-9A-Fa-f]{6}\"").unwrap();
    assert!(!literal.is_match(&html), "{html}");
    assert!(!html.contains("font-family"), "{html}");
    for variable in ["--node", "--peer", "--fg"] {
        assert!(html.contains(&format!("\"var({variable})\"")), "{variable}");
    }
    let labels = part(&html, "role=\"img\" aria-labelledby=\"", "\"");
    for id in labels.split(' ') {
        assert_eq!(html.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
    let description = words(part(&html, "<desc", "</desc>"));
    assert!(
        description.contains("Who is faster. The ticks: against Node 3.00×"),
        "{description}"
    );
}

#[test]
fn a_plot_of_growth_has_a_mark_for_every_point_of_every_contestant() {
    let growing = |who: &str, factor: u32| {
        let script = format!("echo $(($1 * {factor}))");
        shell(who, &script).replace("''']\n", "''', 'sh']\n")
    };
    let runs = [
        growing("rebuild", 2),
        growing("node", 6),
        growing("pond", 3),
    ];
    let growth = job("growth", "lower", &runs);
    let points = "points = [1000, 10000, 100000]\npoints_unit = 'timers'\nbetter";
    let growth = growth.replace("better", points);
    let flat = job("flat", "lower", &runs.map(|run| run.replace("$1", "1")));
    let book = Book::new(&rounds(2, &[growth, flat]));
    book.measure();
    let request = "listing = 'demo'\nshow = 'growth'\ntitle = 'x'\n\
                   description = 'Cost by number of timers.'\n";
    let html = book.render(request).unwrap();
    assert_markdown_leaves_it_alone(&html);
    let svg = part(&html, "</desc>", "</svg>");
    assert_eq!(svg.matches("<circle").count(), 3, "the rebuild's marks");
    assert_eq!(svg.matches("<polygon").count(), 6, "the others' marks");
    let curve =
        Regex::new("<polyline.*points=\"\\d+,\\d+ \\d+,\\d+ \\d+,\\d+ \"/>").unwrap();
    let curves: Vec<&str> = svg.lines().filter(|line| curve.is_match(line)).collect();
    let dashes = curves.iter().map(|line| line.contains("stroke-dasharray"));
    assert_eq!(dashes.collect::<Vec<_>>(), [false, true, true]);
    for text in ["rebuild", "Node", "pond", "1k", "10k", "100k", "timers"] {
        assert!(svg.contains(&format!(">\n{text}\n<")), "{text}: {svg}");
    }
    let description = part(&html, "<desc", "</desc>");
    assert!(
        description.contains("The growth: 10,000 timers: Node 60,000 [60,000–60,000]"),
        "{description}"
    );
    let error = book
        .render(&format!("{request}jobs = ['flat']"))
        .unwrap_err();
    assert!(error.contains("`flat` has none"), "{error}");
    let both = format!("{request}jobs = ['flat', 'growth']");
    let error = book.render(&both).unwrap_err();
    assert!(error.contains("shows one job"), "{error}");
}

#[test]
fn a_request_that_cannot_be_met_says_which_command_mends_it() {
    let book = Book::new(&three_contestants());
    let simple = "listing = 'demo'\ntitle = 'x'\n";
    let error = book.render(simple).unwrap_err();
    assert!(
        error.contains("nothing is measured of `demo` yet; run: cargo run -- compare"),
        "{error}"
    );
    assert!(measured::jobs_of(book.root(), "demo").unwrap().is_empty());
    book.measure();
    for (more, message) in [
        (
            "jobs = ['tock']",
            "`tock` of listing `demo` is not measured; measured are: ticks",
        ),
        ("jobs = ['tock']", "cargo run -- compare demo --job tock"),
        (
            "who = ['lake']",
            "measured without `lake`; it has: rebuild, node, pond",
        ),
        ("show = 'pie'", "unknown variant `pie`"),
        ("jbos = []", "unknown field `jbos`"),
        ("jobs = ", "a `measured` fence is not what it should be"),
        ("jobs = []", "has no such job"),
    ] {
        let error = book.render(&format!("{simple}{more}")).unwrap_err();
        assert!(error.contains(message), "{message} is missing in: {error}");
    }
    let error = book.render("listing = 'domo'\ntitle = 'x'").unwrap_err();
    assert!(error.contains("no listing `domo`"), "{error}");
}

#[test]
fn a_file_that_is_no_record_is_refused() {
    let book = Book::new(&three_contestants());
    for text in ["", "{}", "{\"schema\":99,\"listing\":\"demo\",\"jobs\":[]}"] {
        fs::write(book.file("compare/results.json"), text).unwrap();
        let error = book.render("listing = 'demo'\ntitle = 'x'").unwrap_err();
        assert!(error.contains("is not a record of `compare`"), "{error}");
        let error = book.compare(&Options::default()).unwrap_err();
        assert!(error.contains("delete it and measure again"), "{error}");
    }
}
