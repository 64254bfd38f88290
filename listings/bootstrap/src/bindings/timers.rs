//! Binding `timers`: one alarm, and a clock. The lists of timers are JavaScript's.

use super::{arg, ext};
use crate::engine::heap::Value;
use crate::engine::{Engine, External, Outcome};
use std::time::{Duration, Instant};

/// Node's `TIMEOUT_MAX`, in ms.
const LONGEST: f64 = 2_147_483_647.0;

pub const TABLE: &[External] = &[
    ext("timers::setupTimers", setup_timers),
    ext("timers::scheduleTimer", schedule_timer),
    ext("timers::toggleTimerRef", |e, _, a| {
        e.host.alarm.referenced = e.truthy(arg(a, 0));
        Ok(Value::Undefined)
    }),
    ext("timers::toggleImmediateRef", |e, _, a| {
        e.host.alarm.immediates = e.truthy(arg(a, 0));
        Ok(Value::Undefined)
    }),
    ext("timers::getLibuvNow", |e, _, _| {
        let elapsed = e.host.started.elapsed();
        Ok(Value::Number(elapsed.as_millis() as f64))
    }),
];

fn setup_timers(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    engine.heap.set_slot("processImmediate", arg(arguments, 0));
    engine.heap.set_slot("processTimers", arg(arguments, 1));
    Ok(Value::Undefined)
}

fn schedule_timer(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let after = engine.number_of(arg(arguments, 0))?.clamp(1.0, LONGEST);
    let after = Duration::from_millis(after as u64);
    engine.host.alarm.due = Some(Instant::now() + after);
    Ok(Value::Undefined)
}
