//! The trace: what a page that steps through it can rely on.

use event_loop::closures::{Closures, Js, JsResult, throw};
use event_loop::trace::{Event, MAX_LABELS, MAX_STEPS, Queue, Step, Trace};
use event_loop::uv::{Phase, Simulated};
use std::path::Path;

#[path = "../examples/trace.rs"]
mod example;

fn record(main: impl FnOnce(&mut Js)) -> Trace {
    let mut js = Js::new(Simulated::new(), Closures::quiet());
    js.record();
    js.run_script(main).unwrap();
    js.take_trace().unwrap()
}

fn example() -> Trace {
    record(|js| {
        js.label("A").set_timeout(1, |js| js.log("timer"));
        js.set_immediate(|js| {
            js.log("immediate");
            js.next_tick(|js| js.log("tick"));
        });
        js.label("M").queue_microtask(|_| ());
    })
}

fn starts(trace: &Trace) -> Vec<(u64, Phase, &str)> {
    let starts = trace.steps.iter().filter(|step| step.event == Event::Start);
    starts
        .map(|s| (s.turn, s.phase, s.label.as_str()))
        .collect()
}

#[test]
fn every_callback_has_its_turn_phase_and_name() {
    let expected = [
        (0, Phase::Main, "main script"),
        (0, Phase::Main, "microtask \u{201c}M\u{201d}"),
        (1, Phase::Check, "immediate #1"),
        (1, Phase::Check, "tick #1"),
        (2, Phase::Timers, "timeout \u{201c}A\u{201d}"),
    ];
    assert_eq!(starts(&example()), expected);
}

/// A stepper shows queues, the running callback and the output from one step alone.
#[test]
fn a_step_says_what_waits_what_runs_and_what_was_printed() {
    let trace = example();
    let at = |label: &str, event: Event| -> &Step {
        let mut steps = trace.steps.iter();
        let step = steps.find(|s| s.event == event && s.label == label);
        step.unwrap_or_else(|| panic!("no {event:?} of {label}"))
    };
    let queued = at("immediate #1", Event::Queue(Queue::Immediates));
    assert_eq!(queued.running.as_deref(), Some("main script"));

    let end = at("main script", Event::End);
    assert_eq!(end.running, None);
    assert_eq!(end.queues.timers, ["timeout \u{201c}A\u{201d}"]);
    assert_eq!(end.queues.immediates, ["immediate #1"]);
    assert_eq!(end.queues.microtasks, ["microtask \u{201c}M\u{201d}"]);

    let printed = at("immediate", Event::Output);
    assert_eq!(printed.running.as_deref(), Some("immediate #1"));
    assert_eq!(trace.output[..printed.lines], ["immediate"]);

    let last = trace.steps.last().unwrap();
    assert_eq!(
        (last.event, last.label.as_str()),
        (Event::Ended, "exit code 0")
    );
    assert_eq!(trace.output, ["immediate", "tick", "timer"]);
    assert_eq!((trace.exit_code, trace.truncated), (Some(0), false));
}

/// The queue of microtasks is seen shrinking while it drains.
#[test]
fn queues_are_seen_as_they_are_after_each_step() {
    let trace = record(|js| {
        for _ in 0..3 {
            js.queue_microtask(|_| ());
        }
    });
    let starts = trace.steps.iter().filter(|step| step.event == Event::Start);
    let waiting: Vec<usize> = starts.map(|s| s.queues.microtasks.len()).collect();
    assert_eq!(waiting, [0, 2, 1, 0]);
}

/// What a page steps through is what a run does now.
#[test]
fn the_files_of_the_pages_are_what_a_run_writes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("traces");
    for (name, twin) in example::TRACED {
        let mut now = Vec::new();
        example::trace(twin).unwrap().write(&mut now).unwrap();
        let file = folder.join(format!("{name}.rebuild.json"));
        let recorded = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(
            String::from_utf8(now).unwrap(),
            recorded,
            "{name}: now (left), the file (right); to write it anew: \
             cargo run -p event-loop --example trace"
        );
    }
}

/// A step of the file is a callback with all that it did; what happens outside of any,
/// and the end, are steps too.
#[test]
fn a_step_of_the_file_is_a_callback() {
    let trace = record(|js| {
        js.on_exit(|js, _| js.log("bye"));
        js.on_uncaught_exception(|js, _| js.log("caught"));
        js.set_timeout(1, |js| -> JsResult {
            js.log("timer");
            js.next_tick(|_| ());
            throw("x")
        });
    });
    let mut file = Vec::new();
    trace.write(&mut file).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let no_op = "immediate \u{201c}no-op\u{201d}";
    let expected = serde_json::json!([
        {"turn": 0, "phase": "main", "runs": "main script",
            "lanes": {"timers": ["timeout #1"]}},
        {"turn": 1, "phase": "timers", "runs": "timeout #1", "note": "throws",
            "prints": ["timer", "caught"],
            "lanes": {"ticks": ["tick #1"], "immediates": [no_op]}},
        {"turn": 1, "phase": "timers", "runs": "tick #1",
            "lanes": {"immediates": [no_op]}},
        {"turn": 2, "phase": "check", "runs": no_op, "lanes": {}},
        {"turn": 2, "phase": "exit", "prints": ["bye"], "lanes": {}},
        {"turn": 2, "phase": "exit", "note": "exit code 0", "lanes": {}},
    ]);
    assert_eq!(json["steps"], expected);
}

#[test]
fn a_trace_has_a_longest_length_and_says_so() {
    let trace = record(|js| {
        for _ in 0..MAX_LABELS + 10 {
            js.set_immediate(|_| ());
        }
        fn again(js: &mut Js, n: usize) {
            if n < MAX_STEPS {
                js.next_tick(move |js| again(js, n + 1));
            }
        }
        again(js, 0);
    });
    assert_eq!((trace.steps.len(), trace.truncated), (MAX_STEPS, true));
    let longest = trace.steps.iter().map(|s| s.queues.immediates.len()).max();
    assert_eq!(longest, Some(MAX_LABELS));
    let last = trace
        .steps
        .last()
        .unwrap()
        .queues
        .immediates
        .last()
        .unwrap();
    assert_eq!(last, "and 11 more");
}

#[test]
fn the_narration_says_where_everything_happens() {
    let trace = record(|js| {
        js.on_uncaught_exception(|_, _| ());
        js.label("T").set_timeout(5, |_| -> JsResult { throw("x") });
        js.log("hello");
    });
    let expected = "\
turn 0 \u{b7} main \u{b7} main script
    timeout \u{201c}T\u{201d} \u{2192} timers
    prints: hello
turn 1 \u{b7} poll \u{b7} waits, at most 5 ms
turn 1 \u{b7} timers \u{b7} timeout \u{201c}T\u{201d}
    throws
    immediate \u{201c}no-op\u{201d} \u{2192} immediates
turn 2 \u{b7} check \u{b7} immediate \u{201c}no-op\u{201d}
exit code 0
";
    assert_eq!(trace.narrate(), expected);
}

#[test]
fn nothing_is_recorded_unless_asked_for() {
    let mut js = Js::new(Simulated::new(), Closures::quiet());
    js.run_script(|js| js.log("x")).unwrap();
    assert_eq!(js.take_trace(), None);
    assert_eq!(js.host().output(), "x\n");
}
