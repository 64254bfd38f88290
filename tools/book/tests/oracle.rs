//! The oracle on small books of its own, with shell scripts in the place of Node: what
//! it reports, what it records, and what it refuses.

#![cfg(unix)]

use book::Usage;
use book::node::{self, Places};
use book::oracle::{Options, Oracle};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than any machine takes: whoever waits for it hangs.
const FOR_EVER: Duration = Duration::from_secs(60);

/// Runs its argument with the shell, so that an oracle program is a shell script.
const FAKE_NODE: &str = r#"case "$1" in
--version) echo v26.10.0 ;;
--require) shift 2; exec sh "$1" ;;
-p) echo '{"node": "26.10.0", "v8": "14", "uv": "1"}' ;;
*) exec sh "$1" ;;
esac
"#;

/// A book in a folder of its own, with one listing, `demo`.
struct Book {
    root: TempDir,
}

impl Book {
    fn new() -> Book {
        let book = Book {
            root: tempfile::tempdir().expect("a temporary folder"),
        };
        let pin = r#"{"optionalDependencies": {"a": "26.10.0", "b": "26.10.0"}}"#;
        book.write("tools/node/package.json", pin);
        book.executable("bin/node", FAKE_NODE);
        fs::create_dir_all(book.path("listings/demo"))
            .expect("a folder for the listing");
        book
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        fs::write(path, text).expect("a file is written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file to read")
    }

    /// A shell script. Another process writes it: a file that we have open for writing
    /// while another test starts a child could not be run ("text file busy").
    fn executable(&self, name: &str, script: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        let mut writer = Command::new("sh")
            .args(["-c", r#"cat >"$0" && chmod +x "$0""#])
            .arg(&path)
            .stdin(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut input = writer.stdin.take().expect("its input");
        write!(input, "#!/bin/sh\n{script}").expect("it reads");
        drop(input);
        assert!(writer.wait().expect("it ends").success());
    }

    fn program(&self, name: &str, script: &str) {
        self.write(&format!("listings/demo/oracle/{name}"), script);
    }

    /// A listing's test `oracle`, a shell script, and the cargo that builds it.
    fn twins(&self, script: &str) {
        self.write("listings/demo/tests/oracle.rs", "");
        self.executable("bin/twins", script);
        let message = format!(
            r#"{{"manifest_path": "{}", "target": {{"name": "oracle"}},
            "executable": "{}"}}"#,
            self.path("listings/demo/Cargo.toml").display(),
            self.path("bin/twins").display()
        );
        let message = message.replace('\n', "");
        self.executable("bin/cargo", &format!("echo '{message}'\n"));
    }

    fn transcript(&self, text: &str) {
        self.write("listings/demo/examples/session.console", text);
    }

    /// What `session.console` says now.
    fn session(&self) -> String {
        self.read("listings/demo/examples/session.console")
    }

    fn oracle(&self) -> Oracle {
        Oracle {
            places: Places {
                chosen: Some(self.path("bin/node")),
                path: None,
            },
            cargo: self.path("bin/cargo"),
            program_deadline: FOR_EVER,
            command_deadline: FOR_EVER,
        }
    }

    fn run(&self, options: &Options) -> Outcome {
        self.run_with(&self.oracle(), options)
    }

    fn run_with(&self, oracle: &Oracle, options: &Options) -> Outcome {
        let mut report = Vec::new();
        let result = oracle.run(self.root.path(), options, &mut report);
        let report = String::from_utf8(report).expect("a report in UTF-8");
        Outcome {
            error: result.err(),
            report,
        }
    }

    fn compare(&self) -> Outcome {
        self.run(&Options::default())
    }

    fn record(&self) -> Outcome {
        self.run(&Options {
            record: true,
            ..Options::default()
        })
    }
}

/// How a run of the oracle went.
#[derive(Debug)]
struct Outcome {
    error: Option<anyhow::Error>,
    report: String,
}

impl Outcome {
    /// It went well, and the report ends in `last`.
    #[track_caller]
    fn agrees(&self, last: &str) {
        assert!(self.error.is_none(), "{self:?}");
        assert_eq!(self.report.lines().last(), Some(last), "{}", self.report);
    }

    /// It failed, and the report has every one of these.
    #[track_caller]
    fn reports(&self, parts: &[&str]) {
        assert!(
            self.error.is_some(),
            "no error; the report: {}",
            self.report
        );
        for part in parts {
            assert!(
                self.report.contains(part),
                "no {part:?} in\n{}",
                self.report
            );
        }
    }

    #[track_caller]
    fn message(&self) -> String {
        format!("{:#}", self.error.as_ref().expect("an error"))
    }

    /// The message of what has to be a wrong argument.
    #[track_caller]
    fn usage(&self) -> String {
        let error = self.error.as_ref().expect("an error");
        error
            .downcast_ref::<Usage>()
            .expect("a wrong argument")
            .to_string()
    }
}

#[test]
fn programs_that_print_their_records_agree() {
    let book = Book::new();
    book.program("one.cjs", "echo 1");
    book.program("one.out", "1\n");
    book.program("two.mjs", "echo 2; exit 3");
    book.program("two.out", "2\n");
    book.compare()
        .agrees("2 programs: all agree; 0 transcripts: all agree");
}

#[test]
fn a_program_that_differs_is_shown_as_a_diff_with_its_stderr() {
    let book = Book::new();
    book.program("good.cjs", "echo 1");
    book.program("good.out", "1\n");
    book.program("bad.cjs", "echo first; echo now; echo because >&2");
    book.program("bad.out", "first\nthen\n");
    let outcome = book.compare();
    outcome.reports(&[
        "listings/demo/oracle/bad.cjs prints what is not recorded\n\
         --- recorded\n+++ Node 26.10.0 now\n@@ -1,2 +1,2 @@\n first\n-then\n+now\n\
         stderr: because\n",
        "2 programs: 1 agree;",
    ]);
    assert_eq!(
        outcome.message(),
        "1 disagreement found; where what runs now is right, record it: \
         cargo run -- oracle demo --record"
    );
    assert_eq!(book.read("listings/demo/oracle/bad.out"), "first\nthen\n");
}

/// What a watched program would leave behind: here the script does it itself.
fn leaves(trace: &str) -> String {
    format!("echo 1; [ -z \"$TRACE\" ] || echo '{trace}' >\"$TRACE\"")
}

const RUN: &str =
    r#"{"voice": "node", "by": "1", "lanes": [], "steps": [{"prints": ["1"]}]}"#;

#[test]
fn where_the_listing_has_a_trace_the_program_is_watched() {
    let book = Book::new();
    book.program("one.cjs", &leaves(RUN));
    book.program("plain.cjs", "echo 2");
    book.write("listings/demo/traces/one.rebuild.json", "{}");
    let outcome = book.record();
    let recorded = "2 programs, 1 trace and 0 transcripts: \
                    3 recorded anew, 0 unchanged, 0 refused";
    outcome.agrees(recorded);
    let trace = "listings/demo/traces/one.node.json";
    assert_eq!(book.read(trace), format!("{RUN}\n"));
    book.compare()
        .agrees("2 programs, 1 trace: all agree; 0 transcripts: all agree");

    book.write(trace, &RUN.replace('1', "0"));
    book.compare()
        .reports(&["oracle/one.cjs, watched,", "+++ Node 26.10.0 now"]);
    fs::remove_file(book.path(trace)).expect("it is there");
    book.compare()
        .reports(&["oracle/one.cjs, watched, has no record"]);
}

#[test]
fn a_trace_that_does_not_tell_what_the_program_does_is_refused() {
    let book = Book::new();
    book.program("one.out", "1\n");
    book.write("listings/demo/traces/one.rebuild.json", "{}");
    let other = RUN.replace("\"prints\": [\"1\"]", "\"prints\": [\"2\"]");
    let twice = RUN.replace("[\"1\"]", "[\"1\", \"1\"]");
    let loud = leaves(&twice) + "; [ -z \"$TRACE\" ] || echo 1";
    let cases = [
        (
            "echo 1; echo because >&2".to_string(),
            "left no trace\nstderr: because",
        ),
        (leaves("{}"), "left no trace: missing field"),
        (leaves(&other), "prints what is not in its trace"),
        (loud, "does not print what it prints alone"),
    ];
    for (program, words) in cases {
        book.program("one.cjs", &program);
        book.record().reports(&["oracle/one.cjs, watched, ", words]);
        assert!(!book.path("listings/demo/traces/one.node.json").exists());
    }
    book.program("one.cjs", "echo 1");
    fs::remove_file(book.path("listings/demo/traces/one.rebuild.json"))
        .expect("a file");
    book.write("listings/demo/traces/lost.node.json", RUN);
    book.compare()
        .reports(&["traces/lost.node.json has no program in oracle/"]);
}

#[test]
fn everything_that_is_wrong_with_a_folder_is_reported_together() {
    let book = Book::new();
    book.program("fresh.cjs", "echo 1");
    book.program("left.out", "1\n");
    book.program("wrong.js", "echo 1");
    book.program("twice.cjs", "echo 1");
    book.program("twice.mjs", "echo 1");
    book.program("twice.out", "1\n");
    let outcome = book.compare();
    outcome.reports(&[
        "oracle/fresh.cjs has no record: listings/demo/oracle/fresh.out is missing\n",
        "oracle/left.out has no program beside it",
        "oracle/wrong.js is never run",
        "oracle/twice.mjs and listings/demo/oracle/twice.cjs have one record",
    ]);
    assert!(outcome.message().starts_with("4 disagreements found"));
}

#[test]
fn a_program_gets_a_clean_environment_and_its_own_folder() {
    let book = Book::new();
    // What a shell sets by itself is not ours to count.
    let shell = "PWD|OLDPWD|SHLVL|_";
    let script = format!(
        "env | sed 's/=.*//' | grep -vE '^({shell}|PATH|HOME|LANG|NO_COLOR|TZ)$'\n\
         echo $LANG $NO_COLOR $TZ; basename \"$(pwd)\"; cat"
    );
    book.program("environment.cjs", &script);
    book.program("environment.out", "C 1 UTC\noracle\n");
    book.compare()
        .agrees("1 program: all agree; 0 transcripts: all agree");
}

#[test]
fn a_program_that_is_killed_is_wrong_whatever_it_printed() {
    let book = Book::new();
    book.program("killed.cjs", "echo 1; echo why >&2; kill -KILL $$");
    book.program("killed.out", "1\n");
    book.compare()
        .reports(&["killed.cjs was killed: signal: 9", "stderr: why\n"]);
}

#[test]
fn a_program_without_end_is_ended() {
    let book = Book::new();
    book.program("endless.cjs", "exec sleep 600");
    book.program("endless.out", "");
    let deadline = Duration::from_millis(50);
    let oracle = Oracle {
        program_deadline: deadline,
        ..book.oracle()
    };
    let outcome = book.run_with(&oracle, &Options::default());
    outcome.reports(&["endless.cjs ran longer than 50ms"]);
}

#[test]
fn a_program_that_prints_without_end_is_ended() {
    let book = Book::new();
    book.program("flood.cjs", "exec yes");
    book.program("flood.out", "");
    book.compare().reports(&["flood.cjs prints without end"]);
}

#[test]
fn a_program_that_prints_no_text_is_wrong() {
    let book = Book::new();
    book.program("bytes.cjs", r"printf '\377'");
    book.program("bytes.out", "");
    book.compare()
        .reports(&["bytes.cjs prints what is not UTF-8"]);
}

/// Whoever a program started ends with it, or a server would outlive every run.
#[cfg(target_os = "linux")]
#[test]
fn a_program_is_ended_with_its_children() {
    let book = Book::new();
    book.program("parent.cjs", "sleep 600 & echo $! >child; wait");
    book.program("parent.out", "");
    let child = book.path("listings/demo/oracle/child");
    let started = || fs::read_to_string(&child).is_ok_and(|pid| pid.ends_with('\n'));
    let mut deadline = Duration::from_millis(50);
    while !started() {
        assert!(deadline < FOR_EVER, "the child never started");
        deadline *= 2;
        let oracle = Oracle {
            program_deadline: deadline,
            ..book.oracle()
        };
        book.run_with(&oracle, &Options::default())
            .reports(&["ran longer than"]);
    }
    let pid = fs::read_to_string(&child).expect("a process id");
    let stat = Path::new("/proc").join(pid.trim()).join("stat");
    let guard = Instant::now();
    // Gone, or dead and not yet collected by whoever does that here.
    while fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z ")) {
        assert!(guard.elapsed() < FOR_EVER, "process {pid} goes on");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_record_is_written_after_twenty_equal_runs_and_only_if_it_changed() {
    let book = Book::new();
    book.program("new.cjs", "echo run >>runs; echo 1");
    book.program("same.cjs", "echo 2");
    book.program("same.out", "2\n");
    let outcome = book.record();
    outcome.agrees(
        "2 programs and 0 transcripts: 1 recorded anew, 1 unchanged, 0 refused",
    );
    assert!(
        outcome
            .report
            .contains("recorded listings/demo/oracle/new.out\n")
    );
    assert_eq!(book.read("listings/demo/oracle/new.out"), "1\n");
    assert_eq!(book.read("listings/demo/oracle/runs").lines().count(), 20);
    let mode = |name| {
        fs::metadata(book.path(name))
            .expect("a file")
            .permissions()
            .mode()
    };
    let (new, same) = (
        "listings/demo/oracle/new.out",
        "listings/demo/oracle/same.out",
    );
    assert_eq!(
        mode(new),
        mode(same),
        "a record can be read by whoever reads the book"
    );
    book.record().agrees(
        "2 programs and 0 transcripts: 0 recorded anew, 2 unchanged, 0 refused",
    );
    book.compare()
        .agrees("2 programs: all agree; 0 transcripts: all agree");
}

#[test]
fn a_program_that_varies_is_refused_and_its_old_record_stays() {
    let book = Book::new();
    let script = "echo run >>runs\n\
                  if [ $(wc -l <runs) -le 13 ]; then echo often; else echo rarely; fi";
    book.program("race.cjs", script);
    book.program("race.out", "old\n");
    let outcome = book.record();
    outcome.reports(&[
        "listings/demo/oracle/race.cjs varies, so it is no oracle: not recorded\n\
         its 20 runs had 2 outputs, by frequency 13, 7\n\
         --- 13 of 20 runs\n+++ 7 of 20 runs\n@@ -1 +1 @@\n-often\n+rarely\n",
        "1 program and 0 transcripts: 0 recorded anew, 0 unchanged, 1 refused\n",
    ]);
    assert_eq!(book.read("listings/demo/oracle/race.out"), "old\n");
}

#[test]
fn a_program_that_fails_or_tells_where_it_ran_is_not_recorded() {
    let book = Book::new();
    book.program("killed.cjs", "echo 1; kill -KILL $$");
    book.program("killed.out", "old\n");
    book.program("where.cjs", "pwd");
    let outcome = book.record();
    outcome.reports(&[
        "killed.cjs was killed",
        "where.cjs prints where the book is on this machine: not recorded",
        "0 recorded anew, 0 unchanged, 2 refused\n",
    ]);
    assert_eq!(book.read("listings/demo/oracle/killed.out"), "old\n");
    assert!(!book.path("listings/demo/oracle/where.out").exists());
}

#[test]
fn another_node_is_refused_with_what_is_wanted_and_how_to_get_it() {
    let book = Book::new();
    book.program("one.cjs", "echo 1");
    book.executable("bin/node", "echo v20.20.2");
    let path = book.path("bin/node").display().to_string();
    let found = "Node 20.20.2: bin/node (named by the variable NODE)";
    assert_eq!(book.compare().message(), refusal(found));

    book.executable("bin/node", "echo hello");
    let found = "no Node: bin/node (named by the variable NODE): \
                 `--version` prints \"hello\"";
    assert_eq!(book.compare().message(), refusal(found));

    fs::remove_file(&path).expect("the program is removed");
    let found = "nothing at bin/node (named by the variable NODE)";
    assert_eq!(book.compare().message(), refusal(found));
}

#[test]
fn a_node_on_the_path_is_named_and_not_used() {
    let book = Book::new();
    book.program("one.cjs", "echo 1");
    book.program("one.out", "1\n");
    let places = Places {
        chosen: None,
        path: Some(book.path("bin").into()),
    };
    let oracle = Oracle {
        places,
        ..book.oracle()
    };
    let outcome = book.run_with(&oracle, &Options::default());
    let program = book.path("bin/node");
    let program = program.display();
    let not_used = format!("\n          ({program} is Node 26.10.0, and is not used)");
    let found = match node::installed(Path::new("")) {
        Some(place) => format!("nothing at {}", place.display()),
        None => "nothing: npm has no package for".to_string(),
    };
    let message = outcome.message();
    assert!(message.contains(&found), "{message}");
    assert!(message.contains(&not_used), "{message}");
}

fn refusal(found: &str) -> String {
    format!(
        "the pinned Node is missing\n  \
         wanted: Node 26.10.0\n  \
         found:  {found}\n  \
         get it: npm ci --prefix tools/node\n          \
         or name one that you have: NODE=/path/to/node"
    )
}

#[test]
fn the_node_that_npm_installed_is_found_by_itself() {
    let book = Book::new();
    let Some(place) = node::installed(Path::new("")) else {
        return;
    };
    book.executable(place.to_str().expect("a path in UTF-8"), FAKE_NODE);
    let found = Places::default().find(book.root.path()).expect("a Node");
    assert_eq!(found.version, "26.10.0");
    assert_eq!(found.path, book.root.path().join(place));
}

#[test]
fn a_pin_that_is_no_exact_version_is_refused() {
    let book = Book::new();
    let cases = [
        ("{", "is not valid JSON"),
        ("[]", "pins no Node"),
        (r#"{"optionalDependencies": {}}"#, "pins no Node"),
        (
            r#"{"optionalDependencies": {"a": 26}}"#,
            "an exact version is wanted",
        ),
        (
            r#"{"optionalDependencies": {"a": "^26.10.0"}}"#,
            "an exact version is wanted",
        ),
        (
            r#"{"optionalDependencies": {"a": "26.x.0"}}"#,
            "an exact version is wanted",
        ),
        (
            r#"{"optionalDependencies": {"a": "1.2.3", "b": "1.2.4"}}"#,
            "two versions",
        ),
    ];
    for (pin, complaint) in cases {
        book.write("tools/node/package.json", pin);
        let error = node::wanted(book.root.path()).expect_err("a bad pin");
        assert!(format!("{error:#}").contains(complaint), "{pin}: {error:#}");
    }
}

/// The pin of this book: every platform's package, at one version, by its content and
/// from nowhere in particular.
#[test]
fn the_lock_file_holds_every_package_of_the_pin() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let wanted = node::wanted(&root).expect("a pin");
    let json = |name: &str| -> serde_json::Value {
        let text = fs::read_to_string(root.join("tools/node").join(name));
        serde_json::from_str(&text.expect("a file")).expect("valid JSON")
    };
    let (manifest, lock) = (json("package.json"), json("package-lock.json"));
    let of = |key: &str| manifest[key].as_object().expect("packages");
    let (pinned, tools) = (of("optionalDependencies"), of("devDependencies"));
    let locked = lock["packages"].as_object().expect("packages");
    assert_eq!(
        locked.len(),
        pinned.len() + tools.len() + 1,
        "the packages, and the root itself"
    );
    assert!(pinned.values().all(|version| version == wanted.as_str()));
    for (name, version) in pinned.iter().chain(tools) {
        let package = &locked[&format!("node_modules/{name}")];
        assert_eq!(&package["version"], version, "{name}");
        let integrity = package["integrity"].as_str().expect("a hash");
        assert!(integrity.starts_with("sha512-"), "{name}: {integrity}");
        assert!(package.get("resolved").is_none(), "{name} names a host");
    }
}

#[test]
fn a_transcript_is_run_again_and_compared_but_for_what_varies() {
    let book = Book::new();
    book.transcript(
        "$ echo one; echo two >&2; echo three\none\ntwo\nthree\n\
         $ echo $$  # varies: a process id\n1\n\
         $ true\n\
         $ node --version\nv26.10.0\n\
         $ pwd; echo \"in $(pwd)/listings\"; pwd >&2\n.\nin ./listings\n.\n",
    );
    let before = book.session();
    book.compare().agrees(
        "0 programs: all agree; 1 transcript: all agree \
         (1 command may vary, not compared)",
    );
    assert_eq!(book.session(), before);
}

#[test]
fn a_transcript_that_goes_another_way_is_shown_as_a_diff() {
    let book = Book::new();
    book.transcript("$ echo one\n1\n$ echo $$ # varies\n1\n$ printf two\n2\n");
    let outcome = book.compare();
    outcome.reports(&[
        "listings/demo/examples/session.console went another way\n\
         --- recorded\n+++ now\n",
        "\n $ echo one\n-1\n+one\n $ echo $$ # varies\n 1\n $ printf two\n-2\n+two\n",
        "0 programs: all agree; 1 transcript: 0 agree (1 command may vary",
    ]);
    let before = book.session();
    assert!(
        before.contains("\n1\n$ printf two\n2\n"),
        "only --record writes: {before}"
    );
}

#[test]
fn a_transcript_is_recorded_whole() {
    let book = Book::new();
    book.transcript("$ echo one\n$ echo now # varies…\nthen\n$ printf two\n$ pwd\n");
    let outcome = book.record();
    outcome
        .agrees("0 programs and 1 transcript: 1 recorded anew, 0 unchanged, 0 refused");
    let recorded = "$ echo one\none\n$ echo now # varies…\nnow\n$ printf two\ntwo\n\
                    $ pwd\n.\n";
    assert_eq!(book.session(), recorded);
    book.record()
        .agrees("0 programs and 1 transcript: 0 recorded anew, 1 unchanged, 0 refused");
}

#[test]
fn a_transcript_that_cannot_be_recorded_stays_as_it_is() {
    let cases = [
        ("$ echo '$ true'\n", "prints a line that starts with `$ `"),
        (
            "$ no-such-program-here\n",
            "calls a program that cannot be run here",
        ),
        (
            "$ echo 'error: could not compile `demo` (lib)'  # varies\n",
            "calls cargo, which cannot build it",
        ),
        ("$ exec yes\n", "prints without end"),
        ("text\n$ true\n", "does not start with a command"),
        ("", "does not start with a command"),
    ];
    for (text, complaint) in cases {
        let book = Book::new();
        book.transcript(text);
        book.record()
            .reports(&["listings/demo/examples/session.console", complaint]);
        assert_eq!(book.session(), text);
    }
}

#[test]
fn a_command_without_end_is_ended() {
    let book = Book::new();
    book.transcript("$ exec sleep 600\n");
    let deadline = Duration::from_millis(50);
    let oracle = Oracle {
        command_deadline: deadline,
        ..book.oracle()
    };
    let outcome = book.run_with(&oracle, &Options::default());
    outcome.reports(&["session.console: `exec sleep 600` ran longer than 50ms"]);
}

#[test]
fn a_transcript_wants_node_only_if_it_calls_it() {
    let book = Book::new();
    let oracle = Oracle {
        places: Places::default(),
        ..book.oracle()
    };
    book.transcript("$ echo one\none\n");
    book.run_with(&oracle, &Options::default())
        .agrees("0 programs: all agree; 1 transcript: all agree");
    book.transcript("$ echo one; node --version\none\nv26.10.0\n");
    let outcome = book.run_with(&oracle, &Options::default());
    assert!(outcome.message().starts_with("the pinned Node is missing"));
}

#[test]
fn only_the_listing_that_is_named_is_run() {
    let book = Book::new();
    book.program("one.cjs", "echo 1");
    book.program("one.out", "1\n");
    book.write("listings/other/oracle/two.cjs", "echo 2");
    let demo = Options {
        listing: Some("demo".to_string()),
        ..Options::default()
    };
    book.run(&demo)
        .agrees("1 program: all agree; 0 transcripts: all agree");
    book.compare()
        .reports(&["listings/other/oracle/two.cjs has no record"]);
}

#[test]
fn a_wrong_argument_is_answered_in_one_line() {
    let book = Book::new();
    let base = Options::default();
    let named = |name: &str| Options {
        listing: Some(name.to_string()),
        ..base.clone()
    };
    let cases = [
        (named("nope"), "there is no listing `nope`; there are: demo"),
        (
            named("demo"),
            "the listing `demo` has no oracle programs or transcripts",
        ),
        (
            Options {
                fuzz: Some(1),
                ..named("demo")
            },
            "has no examples/fuzz.rs",
        ),
        (
            Options {
                fuzz: Some(0),
                ..base.clone()
            },
            "--fuzz wants a number from 1 on",
        ),
        (
            Options {
                fuzz: Some(1),
                record: true,
                ..base.clone()
            },
            "do not go together",
        ),
        (
            Options {
                seed: Some(1),
                ..base.clone()
            },
            "--seed goes with --fuzz",
        ),
    ];
    for (options, complaint) in cases {
        let message = book.run(&options).usage();
        assert!(message.contains(complaint), "{options:?}: {message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
    assert_eq!(
        book.compare().message(),
        "no listing has oracle programs or transcripts"
    );
}

#[test]
fn the_fuzzer_of_each_listing_meets_the_pinned_node() {
    let book = Book::new();
    book.executable("bin/cargo", "echo \"$@\" >>calls; exit $(cat status)");
    book.write("status", "0\n");
    book.write("listings/demo/examples/fuzz.rs", "");
    fs::create_dir_all(book.path("listings/none")).expect("a listing without one");
    let options = Options {
        fuzz: Some(7),
        seed: Some(3),
        ..Options::default()
    };
    let outcome = book.run(&options);
    assert!(outcome.error.is_none(), "{outcome:?}");
    let node = book.path("bin/node");
    let call = format!(
        "run --release -q -p demo --example fuzz -- --node {} --count 7 --seed 3\n",
        node.display()
    );
    assert_eq!(book.read("calls"), call);

    book.write("status", "1\n");
    let message = book.run(&options).message();
    assert_eq!(message, "the fuzzer of `demo` failed: exit status: 1");
}

/// A twin that writes what it prints where the variable says.
const TWIN: &str = "echo 1 >\"$ORACLE_TWINS/one.out\"\n";

#[test]
fn what_the_twins_print_is_recorded_as_a_proof_and_compared_again() {
    let book = Book::new();
    book.program("one.cjs", "echo 1");
    book.twins(TWIN);
    let recorded = book.record();
    assert!(recorded.error.is_none(), "{recorded:?}");
    assert!(
        recorded
            .report
            .contains("recorded listings/demo/proof.json")
    );
    let all = "1 program: all agree; 1 twin: all agree; 0 transcripts: all agree";
    book.compare().agrees(all);
    let listing = book.path("listings/demo");
    let proof = book::proof::Proof::of(&listing)
        .expect("a proof")
        .expect("one");
    assert_eq!(proof.node.node, "26.10.0");
    assert!(proof.programs.contains_key("one"), "{proof:?}");

    // The same again leaves the file, and the day in it, as it is.
    let again = book.record();
    assert!(!again.report.contains("proof.json"), "{}", again.report);
    // A proof that says something else is reported.
    book.write("listings/demo/proof.json", &{
        let mut other = proof.clone();
        other.programs.clear();
        serde_json::to_string(&other).expect("JSON")
    });
    let stale = "listings/demo/proof.json is not what was just seen";
    book.compare().reports(&[stale]);
}

#[test]
fn a_twin_that_differs_says_nothing_or_fails_is_reported_and_not_proven() {
    let book = Book::new();
    book.program("one.cjs", "echo 1");
    for (script, words) in [
        (
            "echo 2 >\"$ORACLE_TWINS/one.out\"",
            "its twin prints another text",
        ),
        ("true", "one.cjs has no twin that printed anything"),
        (
            "echo 1 >\"$ORACLE_TWINS/one.out\"; exit 1",
            "the twins of demo fail: cargo test -p demo --test oracle",
        ),
    ] {
        book.twins(script);
        book.record().reports(&[words]);
        book.compare().reports(&[words]);
        assert!(!book.path("listings/demo/proof.json").exists(), "{words}");
    }
}
