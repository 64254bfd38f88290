//! From a heap that is ready to an exit code.

use crate::boot::{self, describe, execute_bootstrapper};
use crate::engine::heap::Value;
use crate::engine::{Abrupt, Engine, Outcome};
use crate::externals;
use crate::snapshot::{self, CannotTake};
use std::fmt;
use std::time::{Duration, Instant};

/// Node's `ExitCode::kGenericUserError`.
pub const UNCAUGHT: i32 = 1;
/// Node's `ExitCode::kInvalidCommandLineArgument`.
pub const BAD_OPTION: i32 = 9;
/// Node's `ExitCode::kBootstrapFailure`.
pub const BOOTSTRAP_FAILED: i32 = 10;
/// Node's `ExitCode::kStartupSnapshotFailure`.
pub const SNAPSHOT_FAILED: i32 = 14;
/// A limit of the engine; Node aborts, which a shell calls 134.
pub const OUT_OF_BOUNDS: i32 = 134;

// ANCHOR: main
/// Runs the program that the options name, then the loop. The exit code.
///
/// Mirrors the dispatch of `node::StartExecution` and what `NodeMainInstance::Run`
/// does around it.
pub fn run_main(engine: &mut Engine) -> i32 {
    let result = match engine.heap.slot("deserializeMain") {
        Some(main) => engine.call(main, Value::Undefined, &[]),
        None if engine.host.options.eval.is_some() => {
            execute_bootstrapper(engine, "internal/main/eval_string")
        }
        None => execute_bootstrapper(engine, "internal/main/run_main_module"),
    };
    engine.host.phase("user code", "");
    let result = result.and_then(|_| spin(engine));
    exit_code(engine, result)
}
// ANCHOR_END: main

fn exit_code(engine: &mut Engine, result: Outcome) -> i32 {
    match result {
        Ok(_) => match emit(engine, "exit", 0) {
            Ok(_) | Err(Abrupt::Short) => set_exit_code(engine).unwrap_or(0),
            Err(abrupt) => report(engine, &abrupt),
        },
        Err(abrupt @ Abrupt::Throw(_)) => {
            let code = report(engine, &abrupt);
            match emit(engine, "exit", code) {
                Err(Abrupt::Exit(code)) => code,
                _ => set_exit_code(engine).unwrap_or(code),
            }
        }
        Err(abrupt) => report(engine, &abrupt),
    }
}

/// Says why the program ends, unless it ended itself; the exit code.
fn report(engine: &mut Engine, abrupt: &Abrupt) -> i32 {
    let code = match abrupt {
        Abrupt::Exit(code) => return *code,
        Abrupt::Stop(_) => OUT_OF_BOUNDS,
        Abrupt::Throw(_) | Abrupt::Short => UNCAUGHT,
    };
    let why = describe(engine, abrupt);
    engine.host.complain(&why);
    code
}

/// `process.exitCode`, if a program set it.
fn set_exit_code(engine: &mut Engine) -> Option<i32> {
    let process = engine.heap.slot("process")?;
    let key = engine.heap.strings.intern("exitCode");
    match engine.get(process, key).ok()? {
        Value::Number(code) => Some(code as i32),
        _ => None,
    }
}

fn emit(engine: &mut Engine, event: &str, code: i32) -> Outcome {
    let event = engine.heap.string(event);
    let code = set_exit_code(engine).unwrap_or(code);
    engine.call_slot("emit", &[event, Value::Number(f64::from(code))])
}

/// Turns until nothing is left to wait for, asks `beforeExit`, and perhaps turns again.
///
/// The heap holds the lists of timers. The host holds one alarm, and knows nothing else.
fn spin(engine: &mut Engine) -> Outcome {
    loop {
        engine.call_slot("runNextTicks", &[])?;
        let now = Instant::now();
        if engine.host.alarm.due.is_some_and(|due| due <= now) {
            engine.host.alarm.due = None;
            engine.call_slot("processTimers", &[])?;
            continue;
        }
        if engine.host.alarm.immediates {
            engine.call_slot("processImmediate", &[])?;
            continue;
        }
        match engine.host.alarm.due {
            Some(due) if engine.host.alarm.referenced => sleep(due - now),
            _ => {
                emit(engine, "beforeExit", 0)?;
                engine.call_slot("runNextTicks", &[])?;
                let alarm = &engine.host.alarm;
                let alive = alarm.due.is_some() && alarm.referenced;
                if !alive && !alarm.immediates {
                    return Ok(Value::Undefined);
                }
            }
        }
    }
}

fn sleep(time: Duration) {
    std::thread::sleep(time);
}

/// Why no snapshot was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildError {
    /// The entry point ended with this exit code.
    Program(i32),
    Take(CannotTake),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::Program(code) => write!(f, "the entry point ended with {code}"),
            BuildError::Take(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for BuildError {}

// ANCHOR: build
/// Runs the entry point and its loop until both are through; then takes the snapshot.
///
/// Mirrors `node::SnapshotBuilder::Generate`.
pub fn build_snapshot(engine: &mut Engine) -> Result<Vec<u8>, BuildError> {
    let result = execute_bootstrapper(engine, "internal/main/mksnapshot");
    let result = result.and_then(|_| spin(engine));
    let result = result.and_then(|_| match engine.heap.slot("serialize") {
        Some(callbacks) => engine.call(callbacks, Value::Undefined, &[]),
        None => Ok(Value::Undefined),
    });
    if let Err(abrupt) = result {
        return Err(BuildError::Program(report(engine, &abrupt)));
    }
    engine.heap.set_slot("serialize", Value::Undefined);
    snapshot::take(&engine.heap, &engine.host, externals::table())
        .map_err(BuildError::Take)
}
// ANCHOR_END: build

/// The snapshot of the prelude alone: what a program is shipped with.
///
/// # Errors
/// The prelude is broken.
pub fn build_startup_snapshot(
    host: crate::host::Host,
) -> Result<Vec<u8>, boot::BootError> {
    let engine = boot::boot_live(host)?;
    let taken = snapshot::take(&engine.heap, &engine.host, externals::table());
    Ok(taken.expect("the prelude opens nothing and is small"))
}
