//! From nothing to a heap that is ready for a program, on one of two ways.

use crate::bindings;
use crate::engine::heap::Value;
use crate::engine::{Abrupt, Engine, Outcome};
use crate::externals;
use crate::host::Host;
use crate::snapshot::{self, CannotOpen};
use std::fmt;

// ANCHOR: scripts
/// What runs before any program can, in this order: the same for every program, so
/// none of it needs to know which program it will be.
pub const BOOTSTRAP: [&str; 5] = [
    "internal/per_context/array",
    "internal/per_context/primordials",
    "internal/bootstrap/realm",
    "internal/bootstrap/node",
    "internal/bootstrap/switches/is_main_thread",
];
// ANCHOR_END: scripts

/// The start failed before there was a program to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BootError {
    /// A script of the prelude threw, and where.
    Prelude {
        script: String,
        error: String,
    },
    Snapshot(CannotOpen),
}

impl fmt::Display for BootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BootError::Prelude { script, error } => {
                write!(f, "the prelude is broken, in {script}:\n{error}")
            }
            BootError::Snapshot(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for BootError {}

// ANCHOR: boot
/// The long way: an empty heap, and every script of the prelude.
pub fn boot_live(host: Host) -> Result<Engine, BootError> {
    let mut engine = Engine::new(host, externals::table());
    let process = Value::Object(engine.heap.plain());
    engine.heap.set_slot("process", process);
    let primordials = Value::Object(engine.heap.plain());
    engine.heap.set_slot("primordials", primordials);
    engine.host.phase("language", "");
    for script in BOOTSTRAP {
        let result = execute_bootstrapper(&mut engine, script);
        result.map_err(|abrupt| broken(&mut engine, script, abrupt))?;
        engine.host.phase(script, "");
    }
    Ok(engine)
}

/// The short way: the heap that the long way had left, read from bytes.
pub fn boot_from(host: Host, blob: &[u8]) -> Result<Engine, BootError> {
    let table = externals::table();
    let heap = snapshot::open(blob, table).map_err(BootError::Snapshot)?;
    let mut engine = Engine::with_heap(heap, host, table);
    let objects = engine.heap.objects.len();
    let detail = format!("{} bytes, {objects} objects", blob.len());
    engine.host.phase("snapshot", detail);
    Ok(engine)
}
// ANCHOR_END: boot

// ANCHOR: execute
/// Compiles a script of lib/ and calls it with what a script of its kind may use.
///
/// Mirrors `node::Realm::ExecuteBootstrapper`.
pub fn execute_bootstrapper(engine: &mut Engine, id: &str) -> Outcome {
    let name = engine.heap.string(id);
    let function = bindings::compile_function(engine, Value::Undefined, &[name])?;
    let mut arguments = Vec::new();
    for parameter in bindings::parameters(id) {
        arguments.push(match *parameter {
            "globalThis" => Value::Object(engine.heap.roots.global),
            "getInternalBinding" => {
                let index = engine.external("builtins::getInternalBinding");
                engine.native(index)
            }
            slot => engine.heap.slot(slot).unwrap_or(Value::Undefined),
        });
    }
    engine.call(function, Value::Undefined, &arguments)
}
// ANCHOR_END: execute

fn broken(engine: &mut Engine, script: &str, abrupt: Abrupt) -> BootError {
    BootError::Prelude {
        script: script.into(),
        error: describe(engine, &abrupt),
    }
}

/// What ended a run, in words: an error's stack, or the value that was thrown.
pub fn describe(engine: &mut Engine, abrupt: &Abrupt) -> String {
    let value = match abrupt {
        Abrupt::Throw(value) => *value,
        Abrupt::Exit(code) => return format!("exit {code}"),
        Abrupt::Stop(limit) => return (*limit).into(),
        Abrupt::Short => return "a chain without an end".into(),
    };
    if let Value::Object(_) = value {
        let stack = engine.heap.strings.intern("stack");
        if let Ok(stack @ Value::String(_)) = engine.get(value, stack)
            && let Ok(text) = engine.text_of(stack)
        {
            return text.to_string();
        }
    }
    match engine.text_of(value) {
        Ok(text) => format!("Uncaught {text}"),
        Err(_) => "Uncaught, and it cannot be shown".into(),
    }
}
