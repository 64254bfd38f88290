//! What a turn of the loop is (libuv: src/unix/core.c, src/timer.c).

use super::{Completion, HandleId, HandleKind, Loop, Phase, RequestId};
use std::collections::VecDeque;
use std::io;
use std::time::Duration;

/// What the loop calls back for.
#[derive(Debug)]
pub enum Ready {
    /// A timer is due. It is stopped already.
    Timer(HandleId),
    /// A started idle, prepare or check handle has its phase.
    Handle(HandleId),
    /// A request was answered.
    Completion(Completion),
    /// A request was put off to the pending phase.
    Pending(RequestId),
    /// A handle is closed; its id means nothing from now on.
    Closed(HandleId),
}

/// Owns a [`Loop`] and is called back by [`run`].
pub trait Embedder {
    /// The loop.
    fn uv(&mut self) -> &mut Loop;
    /// Called when a phase begins.
    fn enter(&mut self, phase: Phase);
    /// Called with how long the poll phase may wait from now on (`None`: for ever).
    fn before_poll(&mut self, _timeout: Option<Duration>) {}
    /// Called for each thing that is ready.
    fn callback(&mut self, ready: Ready);
}

/// How long [`run`] goes on (`uv_run_mode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunMode {
    /// Until nothing keeps the loop alive.
    Default,
    /// One turn, which may sleep.
    Once,
    /// One turn, which does not sleep.
    NoWait,
}

// ANCHOR: run
/// Turns the loop (`uv_run`). Says whether it is still alive.
///
/// # Errors
/// Those of [`super::Poll::poll`].
pub fn run<E: Embedder>(owner: &mut E, mode: RunMode) -> io::Result<bool> {
    let mut alive = owner.uv().is_alive();
    if !alive {
        owner.uv().update_time();
    }
    if alive && mode == RunMode::Default && !owner.uv().stop {
        owner.uv().update_time();
        run_timers(owner);
    }
    while alive && !owner.uv().stop {
        turn(owner, mode)?;
        alive = owner.uv().is_alive();
        if mode != RunMode::Default {
            break;
        }
    }
    owner.uv().stop = false;
    Ok(alive)
}
// ANCHOR_END: run

// ANCHOR: turn
/// One turn: the body of the loop in `uv_run`.
fn turn<E: Embedder>(owner: &mut E, mode: RunMode) -> io::Result<()> {
    let uv = owner.uv();
    uv.turns += 1;
    let can_sleep = uv.pending.is_empty() && !uv.is_idle_started();

    run_pending(owner);
    run_handles(owner, Phase::Idle, HandleKind::Idle);
    run_handles(owner, Phase::Prepare, HandleKind::Prepare);

    let may_wait = mode == RunMode::Default || (mode == RunMode::Once && can_sleep);
    let timeout = match may_wait {
        true => owner.uv().backend_timeout(),
        false => Some(Duration::ZERO),
    };
    poll(owner, timeout)?;

    // Callbacks that the poll phase put off need not wait a turn. But only so often:
    // each of them may put off another.
    for _ in 0..8 {
        if owner.uv().pending.is_empty() {
            break;
        }
        run_pending(owner);
    }

    run_handles(owner, Phase::Check, HandleKind::Check);
    run_closing(owner);

    owner.uv().update_time();
    run_timers(owner);
    Ok(())
}
// ANCHOR_END: turn

fn poll<E: Embedder>(owner: &mut E, timeout: Option<Duration>) -> io::Result<()> {
    owner.enter(Phase::Poll);
    let mut ready = Vec::new();
    // Node measures how long its loop is idle (`UV_METRICS_IDLE_TIME`). libuv then asks
    // once without sleeping, and that brings the loop's time up to date: a timer that
    // blocked at the end of the last turn does not make the sleep longer.
    let uv = owner.uv();
    let stale = uv.time;
    uv.ask(Some(Duration::ZERO), &mut ready)?;
    let passed = Duration::from_millis(uv.time.saturating_sub(stale));
    let rest = timeout.map(|time| time.saturating_sub(passed));
    owner.before_poll(rest);
    if ready.is_empty() && rest != Some(Duration::ZERO) {
        owner.uv().ask(rest, &mut ready)?;
    }
    for completion in ready {
        owner.uv().end_request();
        owner.callback(Ready::Completion(completion));
    }
    Ok(())
}

/// Runs what is pending now. What these callbacks put off waits for the next round.
fn run_pending<E: Embedder>(owner: &mut E) {
    owner.enter(Phase::Pending);
    let now: VecDeque<RequestId> = std::mem::take(&mut owner.uv().pending);
    for id in now {
        owner.uv().end_request();
        owner.callback(Ready::Pending(id));
    }
}

fn run_handles<E: Embedder>(owner: &mut E, phase: Phase, kind: HandleKind) {
    owner.enter(phase);
    // A copy: callbacks start and stop handles. It costs nothing where none is started.
    let started = owner.uv().started_of(kind).to_vec();
    // libuv puts a started handle in front of its queue.
    for id in started.into_iter().rev() {
        if owner.uv().handles.get(&id).is_some_and(|h| h.active) {
            owner.callback(Ready::Handle(id));
        }
    }
}

/// Runs the close callbacks. What they close waits for the next turn.
fn run_closing<E: Embedder>(owner: &mut E) {
    owner.enter(Phase::Closing);
    let mut closing = std::mem::take(&mut owner.uv().closing);
    while let Some(id) = closing.pop() {
        owner.uv().handles.remove(&id);
        owner.callback(Ready::Closed(id));
    }
}

/// Runs every timer that is due by the loop's time. All of them are taken out first:
/// a timer that a callback starts waits for the next turn, even if it is due at once.
fn run_timers<E: Embedder>(owner: &mut E) {
    owner.enter(Phase::Timers);
    let uv = owner.uv();
    while let Some(&(at, _, id)) = uv.timers.first() {
        if at > uv.time {
            break;
        }
        uv.stop_handle(id);
        uv.due_timers.push_back(id);
    }
    while let Some(id) = owner.uv().due_timers.pop_front() {
        owner.callback(Ready::Timer(id));
    }
}
