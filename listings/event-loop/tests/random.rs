//! Random programs that were recorded on Node 26.10.0 do the same on the rebuild, and
//! the tools that made them work: generator, filter, emitter, shrinker.

#[path = "../random/mod.rs"]
mod random;

use random::program::{
    Async, Block, End, File, Handle, Kind, Listeners, Program, Settle, Source,
    Statement, Step, When,
};
use random::recorded::{self, Recorded};
use random::steady::steady_outcome;
use random::twin::Wakeups;
use random::{generate, javascript, shrink, twin};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

fn recorded_text() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(recorded::PATH);
    std::fs::read_to_string(path).expect("the recorded programs are there")
}

fn recorded() -> Recorded {
    Recorded::from_text(&recorded_text()).expect("it is what the fuzzer writes")
}

fn block(label: &str, body: Vec<Statement>) -> Block {
    Block {
        label: label.to_string(),
        body,
        end: End::Fall,
    }
}

fn script(body: Vec<Statement>) -> Program {
    Program {
        kind: Kind::Script,
        listeners: Listeners::default(),
        main: Async {
            start: block("main", body),
            rest: Vec::new(),
        },
    }
}

/// Proves: the rebuild prints what Node printed, to the byte, and exits as Node did.
#[test]
fn the_rebuild_does_what_node_did() {
    let recorded = recorded();
    assert_eq!(recorded.node, "v26.10.0");
    assert!(recorded.programs.len() >= 300);
    for (case, entry) in recorded.programs.iter().enumerate() {
        let ours = twin::run(&entry.program);
        assert_eq!(
            ours,
            entry.node,
            "case {case}:\n{}",
            javascript::emit(&entry.program)
        );
    }
}

/// Proves: the file is what the generator makes of its seed. If this fails after a
/// change of the generator, or of the loop that its filter runs on, record again:
/// `fuzz --node PATH --seed 1 --count 300 --record`.
#[test]
fn the_recorded_programs_are_those_of_their_seed() {
    let recorded = recorded();
    for (case, entry) in recorded.programs.iter().enumerate() {
        let drawn = generate::case(recorded.seed, case as u64);
        assert!(
            drawn.program == entry.program,
            "case {case} is another program"
        );
    }
    assert_eq!(recorded.to_text().expect("serializes"), recorded_text());
}

/// Proves: a case depends on its seed and its number, and on nothing else.
#[test]
fn a_seed_always_means_the_same_programs() {
    for case in 0..5 {
        let once = generate::case(7, case);
        let again = generate::case(7, case);
        assert!(once.program == again.program && once.expected == again.expected);
        assert_eq!(once.rejected, again.rejected);
        assert!(once.program != generate::case(8, case).program);
        assert!(once.program != generate::case(7, case + 1).program);
    }
}

/// Proves: no construct of the grammar fell out of the generator.
#[test]
fn the_recorded_programs_use_the_whole_grammar() {
    let recorded = recorded();
    let text: String = recorded
        .programs
        .iter()
        .map(|entry| javascript::emit(&entry.program))
        .collect();
    let constructs = [
        "require(",
        "import ",
        "process.nextTick(",
        "queueMicrotask(",
        "setTimeout(",
        "setInterval(",
        "clearInterval(",
        "setImmediate(",
        "clearTimeout(",
        "clearImmediate(",
        "?.unref()",
        "?.ref()",
        "?.hasRef()",
        "?.refresh()",
        "wait(",
        "fs.stat('.'",
        "fs.stat('no such file'",
        " stat('.'",
        "Promise.resolve(",
        "Promise.reject(",
        "Promise.all(",
        "Promise.race(",
        "new Promise(() => {})",
        "then(resolve)",
        ".then(",
        ".catch(",
        ".finally(",
        "async () =>",
        "await ",
        "try {",
        "return ",
        "throw ",
        "process.exit(",
        "process.exitCode",
        "'beforeExit'",
        "'exit'",
        "'uncaughtException'",
        "'unhandledRejection'",
        "'rejectionHandled'",
    ];
    for construct in constructs {
        assert!(text.contains(construct), "no program has {construct}");
    }
    let codes: BTreeSet<i32> = recorded.programs.iter().map(|e| e.node.code).collect();
    assert!(
        codes.is_superset(&BTreeSet::from([0, 1, 2, 7])),
        "codes: {codes:?}"
    );
}

/// Proves: the filter drops the two best-known races, and keeps their tamed forms.
#[test]
fn races_are_not_steady() {
    let timer = || Statement::Timeout(0, 1.0, block("timer", vec![]));
    let immediate = || Statement::Immediate(0, block("immediate", vec![]));
    let stat = || Statement::Stat(File::There, block("stat", vec![]));
    let other = || Statement::Stat(File::There, block("other", vec![]));
    let wait = |ms| Statement::Wait(ms);

    assert!(steady_outcome(&script(vec![timer(), immediate()])).is_none());
    assert!(steady_outcome(&script(vec![timer(), immediate(), wait(6)])).is_some());
    assert!(steady_outcome(&script(vec![stat(), immediate()])).is_none());
    assert!(steady_outcome(&script(vec![stat(), immediate(), wait(20)])).is_some());
    assert!(steady_outcome(&script(vec![stat(), other()])).is_none());
    assert!(steady_outcome(&script(vec![stat(), wait(20), other()])).is_some());
}

/// Proves: what an error leaves in the queues, against an immediate, is a race: Node
/// drains it whenever it runs a task of V8.
#[test]
fn what_an_error_leaves_behind_is_not_steady() {
    let mut tick = block("tick", vec![Statement::Microtask(block("left", vec![]))]);
    tick.end = End::Throw;
    let immediate = Statement::Immediate(0, block("immediate", vec![]));
    let mut program = script(vec![Statement::Tick(tick), immediate]);
    program.listeners.uncaught = Some(block("caught", vec![]));
    assert!(steady_outcome(&program).is_none());

    let poll = event_loop::uv::Simulated::new().latency(Duration::ZERO);
    let woken = twin::run_with(&program, poll, Wakeups::AfterErrors).output;
    let usual = twin::run(&program).output;
    assert!(usual.ends_with("immediate\nleft\n"), "{usual}");
    assert!(woken.ends_with("left\nimmediate\n"), "{woken}");
}

/// Proves: a program that never ends is noticed, not run for ever.
#[test]
fn endless_programs_are_dropped() {
    let mut tick = block("tick", vec![]);
    tick.end = End::Throw;
    let ticks = (0..400).map(|_| Statement::Tick(tick.clone())).collect();
    let mut program = script(ticks);
    program.listeners.uncaught = Some(block("caught", vec![]));
    assert_eq!(twin::run(&program).code, twin::ENDLESS);
    assert!(steady_outcome(&program).is_none());
}

/// A deliberately wrong rebuild: its ticks are microtasks.
fn without_ticks(statements: &mut [Statement]) {
    for statement in statements {
        if let Statement::Tick(block) = statement {
            *statement = Statement::Microtask(block.clone());
        }
        match statement {
            Statement::Microtask(block)
            | Statement::Timeout(_, _, block)
            | Statement::Interval(_, _, _, block)
            | Statement::Immediate(_, block)
            | Statement::Stat(_, block) => without_ticks(&mut block.body),
            _ => {}
        }
    }
}

fn disagrees(program: &Program) -> bool {
    let mut wrong = program.clone();
    without_ticks(&mut wrong.main.start.body);
    steady_outcome(program).is_some_and(|right| right != twin::run(&wrong))
}

/// Proves: a planted disagreement shrinks to the smallest program that shows it: a
/// tick, and something in the microtask queue (before it in a script, behind it in a
/// module, whose top level is a microtask).
#[test]
fn a_planted_disagreement_shrinks_to_two_statements() {
    let cases = (0..).map(|case| generate::case(3, case).program);
    for program in cases.filter(disagrees).take(5) {
        let small = shrink::shrink(program, usize::MAX, disagrees);
        assert!(disagrees(&small));
        assert_eq!(small.size(), 2, "{}", javascript::emit(&small));
    }
}

/// Proves: shrinking stops at its bound.
#[test]
fn shrinking_is_bounded() {
    let program = generate::case(3, 0).program;
    let mut calls = 0;
    shrink::shrink(program, 10, |_| {
        calls += 1;
        false
    });
    assert!(calls <= 10);
}

/// Proves: labels reach JavaScript as they are, whatever they contain.
#[test]
fn the_emitter_escapes() {
    assert_eq!(javascript::quote("it's `${x}`"), "\"it's `${x}`\"");
    assert_eq!(javascript::quote("\"q\" \\ \n"), r#""\"q\" \\ \n""#);
    let text = javascript::emit(&script(vec![Statement::Log("a\"b\nc".to_string())]));
    assert!(
        text.ends_with("log(\"main\");\nlog(\"a\\\"b\\nc\");\n"),
        "{text}"
    );
    // Node's own word for it: some recorded labels have every awkward ending.
    let printed = recorded()
        .programs
        .into_iter()
        .map(|entry| entry.node.output);
    let printed: String = printed.collect();
    for awkward in generate::AWKWARD {
        assert!(printed.contains(awkward), "no program prints {awkward:?}");
    }
}

/// Proves: the emitter writes each construct as it is meant, and only the helpers and
/// variables that are used.
#[test]
fn the_emitter_writes_what_the_twin_runs() {
    let settle = Source::Later(When::Immediate, Settle::Reject, "no".to_string());
    let program = script(vec![
        Statement::Promise {
            slot: Some(1),
            source: settle,
            steps: vec![Step::Catch(block("caught", vec![]))],
        },
        Statement::Interval(0, 1.9, 2, block("interval", vec![])),
        Statement::Timer(0, Handle::Unref),
        Statement::Timer(0, Handle::Refresh),
    ]);
    let text = javascript::emit(&program);
    let (prelude, body) = text.split_once("log(\"main\");\n").expect("the label");
    assert!(prelude.ends_with("let r0 = 0;\nlet t0;\n"), "{prelude}");
    assert!(
        !prelude.contains("wait") && !prelude.contains("stat }"),
        "{prelude}"
    );
    let expected = "\
new Promise((resolve, reject) => {
  setImmediate(() => reject(new Error(\"no\")));
})
  .catch((e) => {
    log(\"caught\", e);
  });
{
  let n = 0;
  t0 = setInterval(function () {
    if (++n === 2) clearInterval(this);
    log(\"interval\");
  }, 1.9);
}
t0?.unref();
if (r0++ < 2) t0?.refresh();
";
    assert_eq!(body, expected);
}
