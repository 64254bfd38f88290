//! What src/ is to Node: functions for JavaScript, in tables, one for each binding.
//!
//! `internalBinding('fs')` is the object with the functions of the table that is named
//! so. A function's full name is `fs::open`.

mod builtins;
mod files;
mod process;
mod snapshots;
mod spawn;
mod timers;

pub use builtins::{BUILTINS, compile_function, parameters};

use crate::engine::heap::Value;
use crate::engine::{Engine, External, Outcome};
use std::io;

// ANCHOR: bindings
/// All bindings. Here a binding is a table of functions and no more; Node's also have
/// memory that both sides share.
pub const BINDINGS: &[&[External]] = &[
    builtins::TABLE,
    process::TABLE,
    timers::TABLE,
    files::TABLE,
    spawn::TABLE,
    snapshots::TABLE,
];

/// `internalBinding(name)`, behind the cache that the realm keeps in JavaScript.
///
/// Mirrors `node::binding::GetInternalBinding`.
pub fn get_internal_binding(
    engine: &mut Engine,
    _this: Value,
    arguments: &[Value],
) -> Outcome {
    let name = engine.text_of(arg(arguments, 0))?;
    let binding = engine.heap.plain();
    let mut found = false;
    for (index, external) in (0..).zip(engine.externals()) {
        if let Some((of, function)) = external.name.split_once("::")
            && of == &*name
        {
            let native = engine.native(index);
            engine.heap.put(binding, function, native);
            found = true;
        }
    }
    match found {
        true => Ok(Value::Object(binding)),
        false => {
            let message = format!("No such binding: {name}");
            engine.coded("ERR_INVALID_MODULE", &message)
        }
    }
}
// ANCHOR_END: bindings

const fn ext(name: &'static str, function: crate::engine::Native) -> External {
    External { name, function }
}

fn arg(arguments: &[Value], at: usize) -> Value {
    arguments.get(at).copied().unwrap_or(Value::Undefined)
}

/// Throws the error of a system call, as `UVException` does.
fn throw_io(
    engine: &mut Engine,
    error: &io::Error,
    call: &str,
    path: Option<&str>,
) -> Outcome {
    let (code, what) = match error.raw_os_error() {
        Some(1) => ("EPERM", "operation not permitted"),
        Some(2) => ("ENOENT", "no such file or directory"),
        Some(9) => ("EBADF", "bad file descriptor"),
        Some(13) => ("EACCES", "permission denied"),
        Some(17) => ("EEXIST", "file already exists"),
        Some(20) => ("ENOTDIR", "not a directory"),
        Some(21) => ("EISDIR", "illegal operation on a directory"),
        Some(24) => ("EMFILE", "too many open files"),
        Some(39) => ("ENOTEMPTY", "directory not empty"),
        _ => ("EIO", "i/o error"),
    };
    let of = path.map(|path| format!(" '{path}'")).unwrap_or_default();
    engine.coded(code, &format!("{code}: {what}, {call}{of}"))
}

/// Refuses what an isolated host does not do.
fn refuse_if_isolated(
    engine: &mut Engine,
    what: &str,
) -> Result<(), crate::engine::Abrupt> {
    if !engine.host.isolated {
        return Ok(());
    }
    let message = format!("this host is isolated, so it does not {what}");
    engine.coded("ERR_ACCESS_DENIED", &message)
}
