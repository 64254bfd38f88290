//! Turns, modes, phases, timers, liveness, closing.
#![cfg(target_os = "linux")]

mod common;

use common::{Log, end, in_time};
use mini_uv::{Error, Handle, Loop, RunMode};
use proptest::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

fn say(log: &Log, line: &'static str) -> impl FnMut(&mut Loop) + use<> {
    let log = log.clone();
    move |_| log.say(line)
}

#[test]
fn a_loop_with_nothing_to_do_returns_at_once() {
    in_time(|| {
        for mode in [RunMode::Default, RunMode::Once, RunMode::NoWait] {
            let mut uv = Loop::new().unwrap();
            assert!(!uv.run(mode).unwrap());
            assert_eq!(uv.turns(), 0);
            end(uv);
        }
    });
}

/// The three modes, on a timer that is not due and an idle handle.
#[test]
fn the_three_modes() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let (timer, log) = (uv.timer(), Log::default());
        uv.timer_start(timer, 20, 0, say(&log, "timer")).unwrap();
        // Does not sleep: the timer cannot be due.
        uv.timer_start(timer, 3_600_000, 0, say(&log, "late"))
            .unwrap();
        assert!(uv.run(RunMode::NoWait).unwrap());
        assert_eq!((uv.turns(), log.lines().len()), (1, 0));
        // Sleeps until it is, and runs it in the same turn.
        uv.timer_start(timer, 1, 0, say(&log, "timer")).unwrap();
        assert!(!uv.run(RunMode::Once).unwrap());
        assert_eq!((uv.turns(), log.lines()), (2, vec!["timer".to_string()]));
        // Turns until nothing is left.
        uv.timer_start(timer, 1, 0, say(&log, "again")).unwrap();
        assert!(!uv.run(RunMode::Default).unwrap());
        assert_eq!(log.lines().len(), 2);
        end(uv);
    });
}

/// `UV_RUN_DEFAULT` alone runs timers before the first turn.
#[test]
fn only_the_default_mode_runs_timers_before_the_loop() {
    in_time(|| {
        for (mode, order) in [
            (RunMode::Default, ["timer", "check"]),
            (RunMode::Once, ["check", "timer"]),
            (RunMode::NoWait, ["check", "timer"]),
        ] {
            let mut uv = Loop::new().unwrap();
            let (timer, check, log) = (uv.timer(), uv.check(), Log::default());
            uv.timer_start(timer, 0, 0, say(&log, "timer")).unwrap();
            let (told, idle) = (log.clone(), uv.idle());
            let on_check = move |uv: &mut Loop| {
                told.say("check");
                uv.check_stop(check).unwrap();
                uv.idle_stop(idle).unwrap();
            };
            uv.check_start(check, on_check).unwrap();
            // Nothing else would keep the poll phase from sleeping for ever.
            uv.idle_start(idle, |_| ()).unwrap();
            uv.run(mode).unwrap();
            assert_eq!(log.lines(), order, "{mode:?}");
            end(uv);
        }
    });
}

#[test]
fn a_turn_passes_through_its_phases_in_order() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let log = Log::default();
        let (idle, prepare, check) = (uv.idle(), uv.prepare(), uv.check());
        uv.check_start(check, say(&log, "check")).unwrap();
        uv.idle_start(idle, say(&log, "idle")).unwrap();
        uv.prepare_start(prepare, say(&log, "prepare")).unwrap();
        let (wakeup, sender) = uv.async_handle(say(&log, "poll"));
        let timer = uv.timer();
        uv.timer_start(timer, 0, 0, say(&log, "timer")).unwrap();
        let closing = uv.timer();
        uv.close(closing, say(&log, "closing")).unwrap();
        sender.send();
        uv.run(RunMode::NoWait).unwrap();
        let order = ["idle", "prepare", "poll", "check", "closing", "timer"];
        assert_eq!(log.lines(), order);
        uv.close(wakeup, |_| ()).unwrap();
        end(uv);
    });
}

/// libuv puts a handle that is started in front of its queue.
#[test]
fn the_hook_started_last_runs_first() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let log = Log::default();
        for name in ["first", "second", "third"] {
            let check = uv.check();
            uv.check_start(check, say(&log, name)).unwrap();
        }
        for _ in 0..2 {
            uv.run(RunMode::NoWait).unwrap();
        }
        let turn = ["third", "second", "first"];
        assert_eq!(log.lines(), [turn, turn].concat());
        end(uv);
    });
}

#[test]
fn a_hook_stopped_by_another_of_its_phase_does_not_run() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let (log, victim, killer) = (Log::default(), uv.check(), uv.check());
        uv.check_start(victim, say(&log, "victim")).unwrap();
        let stop = move |uv: &mut Loop| uv.check_stop(victim).unwrap();
        uv.check_start(killer, stop).unwrap();
        uv.run(RunMode::NoWait).unwrap();
        assert_eq!(log.lines().len(), 0);
        end(uv);
    });
}

/// libuv takes the hooks of a phase out first: one that is started anew meanwhile is in
/// the queue of the next turn.
#[test]
fn a_hook_started_anew_in_its_phase_waits_for_the_next_turn() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let (log, again, starter) = (Log::default(), uv.check(), uv.check());
        uv.check_start(again, say(&log, "old")).unwrap();
        let told = log.clone();
        let start_anew = move |uv: &mut Loop| {
            told.say("starter");
            uv.check_stop(again).unwrap();
            uv.check_start(again, say(&told, "new")).unwrap();
            uv.check_stop(starter).unwrap();
        };
        uv.check_start(starter, start_anew).unwrap();
        uv.run(RunMode::NoWait).unwrap();
        assert_eq!(log.lines(), ["starter"]);
        uv.run(RunMode::NoWait).unwrap();
        assert_eq!(log.lines(), ["starter", "new"]);
        end(uv);
    });
}

#[test]
fn timers_run_by_when_they_are_due_then_by_when_they_were_started() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let log = Log::default();
        for (name, after) in [("c", 3), ("a", 1), ("d", 3), ("b", 1)] {
            let timer = uv.timer();
            uv.timer_start(timer, after, 0, say(&log, name)).unwrap();
        }
        std::thread::sleep(Duration::from_millis(5));
        uv.run(RunMode::Default).unwrap();
        assert_eq!(log.lines(), ["a", "b", "c", "d"]);
        end(uv);
    });
}

/// All that are due are taken out first: one may still be stopped, or closed, and one
/// that is started anew waits for the next turn.
#[test]
fn timers_that_are_due_together() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let log = Log::default();
        let [first, stopped, closed, again] = [(); 4].map(|()| uv.timer());
        let told = log.clone();
        let on_first = move |uv: &mut Loop| {
            told.say("first");
            uv.timer_stop(stopped).unwrap();
            uv.close(closed, |_| ()).unwrap();
            uv.timer_start(again, 0, 0, say(&told, "again")).unwrap();
            let turn = uv.turns();
            let check = uv.check();
            let told = told.clone();
            let on_check = move |uv: &mut Loop| {
                told.say(format_args!("check, {} later", uv.turns() - turn));
                uv.close(check, |_| ()).unwrap();
            };
            uv.check_start(check, on_check).unwrap();
        };
        uv.timer_start(first, 0, 0, on_first).unwrap();
        uv.timer_start(stopped, 0, 0, say(&log, "stopped")).unwrap();
        uv.timer_start(closed, 0, 0, say(&log, "closed")).unwrap();
        uv.timer_start(again, 0, 0, say(&log, "old")).unwrap();
        uv.run(RunMode::Default).unwrap();
        assert_eq!(log.lines(), ["first", "check, 1 later", "again"]);
        end(uv);
    });
}

#[test]
fn a_timer_repeats_until_it_is_stopped() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let (timer, count) = (uv.timer(), Rc::new(Cell::new(0)));
        let seen = Rc::clone(&count);
        let tick = move |uv: &mut Loop| {
            seen.set(seen.get() + 1);
            if seen.get() == 3 {
                uv.timer_stop(timer).unwrap();
            }
        };
        uv.timer_start(timer, 0, 1, tick).unwrap();
        assert!(!uv.run(RunMode::Default).unwrap());
        assert_eq!(count.get(), 3);
        // It keeps its callback.
        uv.timer_again(timer).unwrap();
        assert!(uv.is_active(timer));
        end(uv);
    });
}

#[test]
fn an_unreferenced_handle_keeps_nobody_alive() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let (timer, log) = (uv.timer(), Log::default());
        uv.timer_start(timer, 3_600_000, 0, say(&log, "timer"))
            .unwrap();
        uv.set_referenced(timer, false).unwrap();
        assert!(!uv.run(RunMode::Default).unwrap());
        assert!(uv.is_active(timer));
        uv.set_referenced(timer, true).unwrap();
        assert!(uv.is_alive());
        uv.set_referenced(timer, true).unwrap();
        uv.timer_stop(timer).unwrap();
        assert!(!uv.is_alive());
        end(uv);
    });
}

#[test]
fn stop_ends_the_loop_after_its_turn_and_only_once() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let (idle, check, log) = (uv.idle(), uv.check(), Log::default());
        uv.idle_start(idle, |uv| uv.stop()).unwrap();
        uv.check_start(check, say(&log, "check")).unwrap();
        for turns in 1..=2 {
            assert!(uv.run(RunMode::Default).unwrap());
            assert_eq!(uv.turns(), turns);
        }
        assert_eq!(log.lines().len(), 2);
        end(uv);
    });
}

#[test]
fn a_callback_cannot_run_the_loop() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let timer = uv.timer();
        let nested = |uv: &mut Loop| {
            assert!(matches!(uv.run(RunMode::Once), Err(Error::Busy)));
        };
        uv.timer_start(timer, 0, 0, nested).unwrap();
        uv.run(RunMode::Default).unwrap();
        end(uv);
    });
}

#[test]
fn close_callbacks_come_last_closed_first_and_the_id_is_dead() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let log = Log::default();
        let [a, b] = [(); 2].map(|()| uv.timer());
        uv.close(a, say(&log, "a")).unwrap();
        uv.close(b, say(&log, "b")).unwrap();
        assert!(uv.is_closing(a) && uv.is_alive());
        assert_eq!(log.lines().len(), 0, "never from within");
        assert!(matches!(uv.close(a, |_| ()), Err(Error::Closed)));
        assert!(matches!(
            uv.timer_start(a, 0, 0, |_| ()),
            Err(Error::Closed)
        ));
        uv.run(RunMode::Default).unwrap();
        assert_eq!(log.lines(), ["b", "a"]);
        // Its place is taken again; the old id does not name the new tenant.
        let tenant = uv.timer();
        uv.timer_start(tenant, 3_600_000, 0, |_| ()).unwrap();
        for dead in [a, b] {
            assert!(matches!(uv.timer_stop(dead), Err(Error::Closed)));
            assert!(matches!(uv.close(dead, |_| ()), Err(Error::Closed)));
        }
        assert!(uv.is_active(tenant));
        end(uv);
    });
}

#[test]
fn a_loop_does_not_end_while_something_leaks() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let timer = uv.timer();
        let mut uv = match uv.end() {
            Ok(()) => panic!("a timer is not closed"),
            Err(uv) => uv,
        };
        let left: Vec<&str> = uv.walk().map(|info| info.kind).collect();
        assert_eq!(left, ["timer"]);
        uv.close(timer, |_| ()).unwrap();
        end(uv);
    });
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Add(u8),
    Start(usize),
    Stop(usize),
    Reference(usize, bool),
    Close(usize),
    Turn,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..4_u8).prop_map(Step::Add),
        (0..12_usize).prop_map(Step::Start),
        (0..12_usize).prop_map(Step::Stop),
        (0..12_usize, any::<bool>()).prop_map(|(n, on)| Step::Reference(n, on)),
        (0..12_usize).prop_map(Step::Close),
        Just(Step::Turn),
    ]
}

/// What a program does with its handles, half of it from within callbacks.
#[derive(Default)]
struct Program {
    steps: Vec<Step>,
    handles: Vec<Handle>,
    starters: HashMap<usize, Starter>,
    stoppers: HashMap<usize, Stopper>,
    closed: HashMap<usize, u32>,
    asked: HashSet<usize>,
    ran: Vec<usize>,
}

impl Program {
    /// A handle, and whether it was closed.
    fn of(&self, n: usize) -> (Handle, bool) {
        (self.handles[n], self.asked.contains(&n))
    }
}

type Shared = Rc<RefCell<Program>>;
type Starter = Rc<dyn Fn(&mut Loop, Shared) -> mini_uv::Result<()>>;
type Stopper = Rc<dyn Fn(&mut Loop) -> mini_uv::Result<()>>;

fn add(kind: u8, uv: &mut Loop, n: usize) -> (Handle, Starter, Stopper) {
    fn callback(program: Shared, n: usize) -> impl FnMut(&mut Loop) {
        move |uv| {
            program.borrow_mut().ran.push(n);
            assert!(!program.borrow().closed.contains_key(&n), "{n} is closed");
            let step = program.borrow_mut().steps.pop();
            if let Some(step) = step.filter(|step| !matches!(step, Step::Turn)) {
                take(uv, &program, step);
            }
        }
    }
    macro_rules! kind {
        ($make:ident, $start:ident, $stop:ident $(, $timing:expr)*) => {{
            let handle = uv.$make();
            let start: Starter = Rc::new(move |uv, program| {
                uv.$start(handle $(, $timing)*, callback(program, n))
            });
            (handle.into(), start, Rc::new(move |uv| uv.$stop(handle)))
        }};
    }
    match kind {
        0 => kind!(timer, timer_start, timer_stop, 0, 0),
        1 => kind!(idle, idle_start, idle_stop),
        2 => kind!(prepare, prepare_start, prepare_stop),
        _ => kind!(check, check_start, check_stop),
    }
}

fn take(uv: &mut Loop, program: &Shared, step: Step) {
    let count = program.borrow().handles.len();
    match step {
        Step::Add(kind) => {
            let (handle, start, stop) = add(kind, uv, count);
            let mut program = program.borrow_mut();
            program.handles.push(handle);
            program.starters.insert(count, start);
            program.stoppers.insert(count, stop);
        }
        Step::Start(n) if n < count => {
            let start = Rc::clone(&program.borrow().starters[&n]);
            let (handle, closed) = program.borrow().of(n);
            assert_eq!(start(uv, Rc::clone(program)).is_err(), closed);
            assert_eq!(uv.is_active(handle), !closed);
        }
        Step::Stop(n) if n < count => {
            let stop = Rc::clone(&program.borrow().stoppers[&n]);
            let (handle, closed) = program.borrow().of(n);
            assert_eq!(stop(uv).is_err(), closed);
            assert!(!uv.is_active(handle));
        }
        Step::Reference(n, on) if n < count => {
            let (handle, closed) = program.borrow().of(n);
            assert_eq!(uv.set_referenced(handle, on).is_err(), closed);
        }
        Step::Close(n) if n < count => {
            let (handle, _) = program.borrow().of(n);
            let told = Rc::clone(program);
            let result = uv.close(handle, move |_| {
                *told.borrow_mut().closed.entry(n).or_default() += 1;
            });
            assert_eq!(result.is_ok(), program.borrow_mut().asked.insert(n));
        }
        Step::Turn => {
            uv.run(RunMode::NoWait).unwrap();
        }
        _ => {}
    }
    let active = uv.walk().any(|info| info.active && info.referenced);
    let closing = uv.walk().any(|info| info.closing);
    assert_eq!(uv.is_alive(), active || closing);
}

proptest! {
    /// Whatever a program does to its handles, from outside and from callbacks: the
    /// loop is alive exactly when a handle says so; nothing runs after it was closed;
    /// each close callback comes once; nothing is left.
    #[test]
    fn handles_keep_their_promises(steps in proptest::collection::vec(step(), 0..120)) {
        let mut uv = Loop::new().unwrap();
        let program = Shared::default();
        program.borrow_mut().steps = steps;
        loop {
            let step = program.borrow_mut().steps.pop();
            let Some(step) = step else { break };
            take(&mut uv, &program, step);
        }
        let open: Vec<usize> = (0..program.borrow().handles.len())
            .filter(|n| !program.borrow().asked.contains(n))
            .collect();
        for n in open {
            take(&mut uv, &program, Step::Close(n));
        }
        uv.run(RunMode::Default).unwrap();
        let program = program.borrow();
        prop_assert_eq!(program.closed.len(), program.handles.len());
        prop_assert!(program.closed.values().all(|times| *times == 1));
        prop_assert!(uv.end().is_ok());
    }
}
