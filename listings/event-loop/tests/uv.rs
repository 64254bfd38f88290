//! The libuv level by itself: phases, liveness, how long a poll phase may sleep.

use event_loop::uv::{
    Embedder, HandleId, HandleKind, Loop, Phase, Ready, Request, RequestId, RunMode,
    Simulated, run,
};
use std::collections::HashMap;
use std::time::Duration;

type Action = Box<dyn FnMut(&mut Recorder)>;

/// Writes down what happens, and does what the test wants for a handle.
struct Recorder {
    uv: Loop,
    events: Vec<String>,
    names: HashMap<HandleId, &'static str>,
    actions: HashMap<&'static str, Action>,
    fed: Vec<RequestId>,
    timeouts: Vec<Option<Duration>>,
}

impl Recorder {
    fn new() -> Self {
        Recorder {
            uv: Loop::new(Box::new(Simulated::new())),
            events: Vec::new(),
            names: HashMap::new(),
            actions: HashMap::new(),
            fed: Vec::new(),
            timeouts: Vec::new(),
        }
    }

    fn add(&mut self, kind: HandleKind, name: &'static str) -> HandleId {
        let id = self.uv.add_handle(kind);
        self.names.insert(id, name);
        id
    }

    fn on(&mut self, name: &'static str, action: impl FnMut(&mut Recorder) + 'static) {
        self.actions.insert(name, Box::new(action));
    }

    fn happened(&mut self, name: &'static str) {
        self.events.push(name.to_string());
        if let Some(mut action) = self.actions.remove(name) {
            action(self);
            self.actions.insert(name, action);
        }
    }

    /// Everything that happened, phases in which nothing happened left out.
    fn callbacks(&self) -> Vec<&str> {
        let all = self.events.iter().map(String::as_str);
        all.filter(|event| !event.starts_with("phase ")).collect()
    }
}

impl Embedder for Recorder {
    fn uv(&mut self) -> &mut Loop {
        &mut self.uv
    }

    fn enter(&mut self, phase: Phase) {
        self.events.push(format!("phase {}", phase.name()));
    }

    fn before_poll(&mut self, timeout: Option<Duration>) {
        self.timeouts.push(timeout);
    }

    fn callback(&mut self, ready: Ready) {
        match ready {
            Ready::Timer(id) | Ready::Handle(id) | Ready::Closed(id) => {
                let name = self.names[&id];
                self.happened(name);
            }
            Ready::Completion(_) => self.happened("completion"),
            Ready::Pending(id) => {
                self.fed.push(id);
                self.happened("pending");
            }
        }
    }
}

/// The order of the phases, and the timers before the first turn.
#[test]
fn a_turn_goes_from_pending_to_timers() {
    let mut r = Recorder::new();
    let timer = r.add(HandleKind::Timer, "timer");
    r.uv.start_timer(timer, 5);
    assert!(!run(&mut r, RunMode::Default).unwrap());
    let phases: Vec<&str> = r.events.iter().map(String::as_str).collect();
    let turn = [
        "pending", "idle", "prepare", "poll", "check", "closing", "timers",
    ];
    let mut expected = vec!["phase timers".to_string()];
    expected.extend(turn.map(|phase| format!("phase {phase}")));
    expected.push("timer".to_string());
    assert_eq!(phases, expected);
    assert_eq!(r.timeouts, [Some(Duration::from_millis(5))]);
}

#[test]
fn a_loop_with_nothing_to_wait_for_takes_no_turn() {
    let mut r = Recorder::new();
    let check = r.add(HandleKind::Check, "check");
    r.uv.start(check);
    r.uv.set_referenced(check, false);
    assert!(!run(&mut r, RunMode::Default).unwrap());
    assert_eq!((r.events.len(), r.uv.turns()), (0, 0));
}

#[test]
fn a_due_timer_runs_before_the_first_turn() {
    let mut r = Recorder::new();
    let timer = r.add(HandleKind::Timer, "timer");
    r.uv.start_timer(timer, 1);
    r.uv.busy(Duration::from_millis(1));
    // Liveness was tested before: the one turn that follows finds nothing.
    run(&mut r, RunMode::Default).unwrap();
    assert_eq!(r.events[..2], ["phase timers", "timer"]);
    assert_eq!(r.uv.turns(), 1);
}

/// `UV_RUN_ONCE` and `UV_RUN_NOWAIT` run timers at the end of the turn only.
#[test]
fn other_modes_take_one_turn_and_skip_the_first_timers() {
    for (mode, slept) in [(RunMode::Once, 5), (RunMode::NoWait, 0)] {
        let mut r = Recorder::new();
        let timer = r.add(HandleKind::Timer, "timer");
        r.uv.start_timer(timer, 5);
        let alive = run(&mut r, mode).unwrap();
        assert_eq!(r.events[0], "phase pending");
        assert_eq!(r.uv.now(), slept);
        assert_eq!(alive, mode == RunMode::NoWait);
        assert_eq!(r.uv.turns(), 1);
    }
}

#[test]
fn the_handle_started_last_runs_first() {
    let mut r = Recorder::new();
    for name in ["a", "b", "c"] {
        let id = r.add(HandleKind::Prepare, name);
        r.uv.start(id);
        r.on(name, move |r| r.uv.stop_handle(id));
    }
    run(&mut r, RunMode::Default).unwrap();
    assert_eq!(r.callbacks(), ["c", "b", "a"]);
}

#[test]
fn the_handle_closed_last_is_called_back_first() {
    let mut r = Recorder::new();
    for name in ["a", "b"] {
        let id = r.add(HandleKind::Stream, name);
        r.uv.close(id);
    }
    run(&mut r, RunMode::Default).unwrap();
    assert_eq!(r.callbacks(), ["b", "a"]);
}

/// What a close callback closes has its own callback a turn later.
#[test]
fn closing_inside_a_close_callback_takes_another_turn() {
    let mut r = Recorder::new();
    let first = r.add(HandleKind::Stream, "first");
    let second = r.add(HandleKind::Stream, "second");
    r.on("first", move |r| r.uv.close(second));
    r.uv.close(first);
    run(&mut r, RunMode::Default).unwrap();
    assert_eq!(r.callbacks(), ["first", "second"]);
    assert_eq!(r.uv.turns(), 2);
}

/// 8 rounds after the poll phase, and the one before it in the next turn.
#[test]
fn pending_callbacks_run_a_bounded_number_of_rounds_per_turn() {
    let mut r = Recorder::new();
    let feed = |r: &mut Recorder| {
        if r.fed.len() < 20 {
            let id = r.uv.begin_request();
            r.uv.feed(id);
        }
    };
    r.on("pending", feed);
    feed(&mut r);
    run(&mut r, RunMode::Once).unwrap();
    assert_eq!(r.fed.len(), 9);
    run(&mut r, RunMode::Once).unwrap();
    assert_eq!(r.fed.len(), 18);
    assert!(!run(&mut r, RunMode::Default).unwrap());
    assert_eq!(r.fed.len(), 20);
}

/// Each rule of `uv__backend_timeout`.
#[test]
fn the_poll_phase_sleeps_only_if_nothing_else_is_to_do() {
    const ZERO: Option<Duration> = Some(Duration::ZERO);
    let mut r = Recorder::new();
    assert_eq!(r.uv.backend_timeout(), ZERO, "nothing is active");

    let stream = r.add(HandleKind::Stream, "stream");
    r.uv.start(stream);
    assert_eq!(r.uv.backend_timeout(), None, "no timer: for ever");

    let timer = r.add(HandleKind::Timer, "timer");
    r.uv.start_timer(timer, 7);
    r.uv.set_referenced(timer, false);
    assert_eq!(r.uv.backend_timeout(), Some(Duration::from_millis(7)));

    let idle = r.add(HandleKind::Idle, "idle");
    r.uv.start(idle);
    assert_eq!(r.uv.backend_timeout(), ZERO, "an idle handle is started");
    r.uv.stop_handle(idle);

    r.uv.stop();
    assert_eq!(r.uv.backend_timeout(), ZERO, "the loop is to stop");
    run(&mut r, RunMode::NoWait).unwrap();
    assert_eq!(r.uv.backend_timeout(), Some(Duration::from_millis(7)));

    let id = r.uv.begin_request();
    r.uv.feed(id);
    assert_eq!(r.uv.backend_timeout(), ZERO, "a callback is pending");
    run(&mut r, RunMode::NoWait).unwrap();

    r.uv.close(stream);
    assert_eq!(r.uv.backend_timeout(), ZERO, "a handle is closing");
}

/// An unreferenced handle is active all the same: its timer fires if somebody else
/// keeps the loop alive.
#[test]
fn unreferenced_handles_work_but_do_not_keep_the_loop_alive() {
    let mut r = Recorder::new();
    let short = r.add(HandleKind::Timer, "short");
    let long = r.add(HandleKind::Timer, "long");
    r.uv.start_timer(short, 3);
    r.uv.set_referenced(short, false);
    assert!(!r.uv.is_alive());
    r.uv.start_timer(long, 5);
    assert!(r.uv.is_alive());
    run(&mut r, RunMode::Default).unwrap();
    assert_eq!(r.callbacks(), ["short", "long"]);
}

/// All due timers are taken out before the first callback. One that a callback stops
/// does not run, one that it starts anew waits for the next turn.
#[test]
fn a_timer_callback_can_stop_and_restart_other_due_timers() {
    let mut r = Recorder::new();
    let a = r.add(HandleKind::Timer, "a");
    let b = r.add(HandleKind::Timer, "b");
    let c = r.add(HandleKind::Timer, "c");
    r.uv.start_timer(a, 1);
    r.uv.start_timer(b, 1);
    r.uv.start_timer(c, 1);
    r.on("a", move |r| {
        r.uv.stop_handle(b);
        r.uv.start_timer(c, 0);
    });
    r.uv.busy(Duration::from_millis(2));
    run(&mut r, RunMode::Default).unwrap();
    assert_eq!(r.callbacks(), ["a", "c"]);
    assert_eq!(r.uv.turns(), 1, "c ran at the end of the first turn");
}

#[test]
fn timers_of_equal_time_run_in_the_order_of_starting() {
    let mut r = Recorder::new();
    for (name, after) in [("late", 2), ("x", 1), ("y", 1), ("z", 1)] {
        let id = r.add(HandleKind::Timer, name);
        r.uv.start_timer(id, after);
    }
    run(&mut r, RunMode::Default).unwrap();
    assert_eq!(r.callbacks(), ["x", "y", "z", "late"]);
}

/// A timer callback that blocks leaves the loop's time behind. The poll phase asks
/// once before it sleeps, so the next timer is not later than it must be.
#[test]
fn a_blocking_timer_does_not_prolong_the_sleep() {
    let mut r = Recorder::new();
    let blocking = r.add(HandleKind::Timer, "blocking");
    let next = r.add(HandleKind::Timer, "next");
    r.uv.start_timer(blocking, 120);
    r.uv.start_timer(next, 150);
    r.on("blocking", |r| r.uv.busy(Duration::from_millis(300)));
    run(&mut r, RunMode::Default).unwrap();
    assert_eq!(r.callbacks(), ["blocking", "next"]);
    assert_eq!(r.uv.now(), 420);
}

#[test]
fn stop_ends_the_run_after_the_turn() {
    let mut r = Recorder::new();
    let check = r.add(HandleKind::Check, "check");
    r.uv.start(check);
    r.on("check", |r| {
        if r.uv.turns() == 3 {
            r.uv.stop();
        }
    });
    let idle = r.add(HandleKind::Idle, "idle");
    r.uv.start(idle);
    assert!(run(&mut r, RunMode::Default).unwrap(), "still alive");
    assert_eq!(r.uv.turns(), 3);
    assert_eq!(r.events.last().unwrap(), "phase timers");
}

#[test]
fn the_loop_time_stands_still_inside_a_turn() {
    let mut r = Recorder::new();
    let check = r.add(HandleKind::Check, "check");
    r.uv.start(check);
    r.on("check", |r| {
        let before = r.uv.now();
        r.uv.busy(Duration::from_millis(9));
        assert_eq!(r.uv.now(), before);
        r.uv.update_time();
        assert_eq!(r.uv.now(), before + 9);
        r.uv.stop();
    });
    let idle = r.add(HandleKind::Idle, "idle");
    r.uv.start(idle);
    run(&mut r, RunMode::Default).unwrap();
    assert_eq!(r.callbacks(), ["idle", "check"]);
}

#[test]
fn a_loop_that_nothing_can_wake_is_an_error_not_a_hang() {
    let mut r = Recorder::new();
    let stream = r.add(HandleKind::Stream, "stream");
    r.uv.start(stream);
    let error = run(&mut r, RunMode::Default).unwrap_err();
    assert!(error.to_string().contains("sleep for ever"), "{error}");
}

/// Simulated answers come after their latency, in the order of submission, and a busy
/// callback makes several of them ready at once.
#[test]
fn the_simulated_poll_phase_answers_in_virtual_time() {
    let mut r = Recorder::new();
    r.uv.submit(Request::Stat("missing".into())).unwrap();
    r.uv.submit(Request::Work(Box::new(|| Ok(Vec::new()))))
        .unwrap();
    assert_eq!(r.uv.active_requests(), 2);
    run(&mut r, RunMode::Default).unwrap();
    assert_eq!(r.callbacks(), ["completion", "completion"]);
    assert_eq!(
        (r.uv.now(), r.uv.turns(), r.uv.active_requests()),
        (1, 1, 0)
    );
}
