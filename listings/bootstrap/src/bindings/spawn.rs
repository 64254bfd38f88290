//! Binding `spawn_sync`: a child process, waited for.

use super::{arg, ext, refuse_if_isolated, throw_io};
use crate::engine::heap::Value;
use crate::engine::{Engine, External, Outcome};
use std::process::Command;

pub const TABLE: &[External] = &[ext("spawn_sync::spawn", spawn)];

/// `spawn(file, arguments, environment or undefined, directory or undefined)`
///
/// Keeps all that the child prints, and waits as long as it takes: Node's `maxBuffer`
/// and `timeout` are left out.
fn spawn(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    refuse_if_isolated(engine, "start processes")?;
    let file = engine.text_of(arg(arguments, 0))?;
    let mut command = Command::new(&*file);
    for argument in engine.iterate(arg(arguments, 1))? {
        command.arg(&*engine.text_of(argument)?);
    }
    command.env_clear();
    match arg(arguments, 2) {
        Value::Undefined => {
            command.envs(&engine.host.environment);
        }
        environment => {
            for key in engine.own_keys(environment, true)? {
                let value = engine.get(environment, key)?;
                let value = engine.text_of(value)?;
                command.env(&*engine.heap.text(key), &*value);
            }
        }
    }
    if let directory @ Value::String(_) = arg(arguments, 3) {
        command.current_dir(&*engine.text_of(directory)?);
    }
    match command.output() {
        Ok(output) => {
            let status = output
                .status
                .code()
                .map_or(Value::Null, |code| Value::Number(f64::from(code)));
            let result = engine.heap.plain();
            let stdout = String::from_utf8_lossy(&output.stdout);
            let stdout = engine.heap.string(&stdout);
            let stderr = String::from_utf8_lossy(&output.stderr);
            let stderr = engine.heap.string(&stderr);
            engine.heap.put(result, "status", status);
            engine.heap.put(result, "stdout", stdout);
            engine.heap.put(result, "stderr", stderr);
            Ok(Value::Object(result))
        }
        Err(error) => throw_io(engine, &error, &format!("spawnSync {file}"), None),
    }
}
