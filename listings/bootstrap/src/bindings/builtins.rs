//! The texts of lib/, and the functions that compile them.

use super::{arg, ext, get_internal_binding};
use crate::engine::heap::Value;
use crate::engine::{Engine, External, Outcome};

/// A built-in module's id and its text, carried in the binary.
macro_rules! builtins {
    ($($id:literal),* $(,)?) => {
        &[$(($id, include_str!(concat!("../../lib/", $id, ".js")))),*]
    };
}

pub const BUILTINS: &[(&str, &str)] = builtins![
    "internal/per_context/array",
    "internal/per_context/primordials",
    "internal/bootstrap/realm",
    "internal/bootstrap/node",
    "internal/bootstrap/switches/is_main_thread",
    "internal/main/eval_string",
    "internal/main/mksnapshot",
    "internal/main/run_main_module",
    "internal/console",
    "internal/errors",
    "internal/modules/cjs/loader",
    "internal/options",
    "internal/process/pre_execution",
    "internal/process/task_queues",
    "internal/test/binding",
    "internal/timers",
    "internal/util/inspect",
    "internal/v8/startup_snapshot",
    "child_process",
    "console",
    "events",
    "fs",
    "os",
    "path",
    "process",
    "timers",
    "util",
    "v8",
];

pub const TABLE: &[External] = &[
    ext("builtins::builtinIds", builtin_ids),
    ext("builtins::compileFunction", compile_function),
    ext("builtins::setInternalLoaders", set_internal_loaders),
    ext("builtins::getInternalBinding", get_internal_binding),
    ext("contextify::compileFunctionForCJSLoader", compile_for_cjs),
    ext("errors::setCallbacks", set_callbacks),
    ext("performance::markBootstrapComplete", |e, _, _| {
        e.host.phase("pre-execution", "");
        Ok(Value::Undefined)
    }),
];

/// The text of a built-in module.
pub fn source(id: &str) -> Option<&'static str> {
    let found = BUILTINS.iter().find(|(known, _)| *known == id);
    found.map(|(_, text)| *text)
}

fn builtin_ids(engine: &mut Engine, _: Value, _: &[Value]) -> Outcome {
    let ids = BUILTINS.iter().map(|(id, _)| engine.heap.string(id));
    let ids = ids.collect();
    Ok(engine.heap.array(ids))
}

/// The names that a built-in module finds, by what it is for. Mirrors
/// `BuiltinLoader::LookupAndCompile`.
pub fn parameters(id: &str) -> &'static [&'static str] {
    if id.starts_with("internal/per_context/") {
        &["globalThis", "primordials"]
    } else if id == "internal/bootstrap/realm" {
        &["process", "getInternalBinding", "primordials"]
    } else if id.starts_with("internal/bootstrap/") || id.starts_with("internal/main/")
    {
        &["process", "require", "internalBinding", "primordials"]
    } else {
        &[
            "exports",
            "require",
            "module",
            "process",
            "internalBinding",
            "primordials",
        ]
    }
}

/// Compiles a built-in module; the host may have another text for it.
pub fn compile_function(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let id = engine.text_of(arg(arguments, 0))?;
    let replaced = engine.host.replaced.get(&*id).cloned();
    match replaced.as_deref().or(source(&id)) {
        Some(text) => {
            engine.compile_function(text, &format!("node:{id}"), parameters(&id))
        }
        None => engine.type_error(&format!("No such built-in module: {id}")),
    }
}

/// Hands the loaders of the realm to the host.
fn set_internal_loaders(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    engine.heap.set_slot("internalBinding", arg(arguments, 0));
    engine.heap.set_slot("require", arg(arguments, 1));
    Ok(Value::Undefined)
}

fn compile_for_cjs(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let source = engine.text_of(arg(arguments, 0))?;
    let file = engine.text_of(arg(arguments, 1))?;
    let names = ["exports", "require", "module", "__filename", "__dirname"];
    engine.compile_function(&source, &file, &names)
}

/// Functions that the host calls: `runNextTicks`, `emit` for process events.
fn set_callbacks(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    engine.heap.set_slot("runNextTicks", arg(arguments, 0));
    engine.heap.set_slot("emit", arg(arguments, 1));
    Ok(Value::Undefined)
}
