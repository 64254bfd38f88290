//! Bindings `process_methods` and `options`: the process, as it is now.

use super::{arg, ext, throw_io};
use crate::engine::heap::{Interceptor, Intrinsic, Kind, Object, Value};
use crate::engine::{Abrupt, Engine, External, Outcome};

pub const TABLE: &[External] = &[
    ext("process_methods::patchProcessObject", patch_process_object),
    ext("process_methods::createEnvironment", create_environment),
    ext("process_methods::cwd", cwd),
    ext("process_methods::chdir", chdir),
    ext("process_methods::uptime", |e, _, _| {
        Ok(Value::Number(e.host.started.elapsed().as_secs_f64()))
    }),
    ext("process_methods::reallyExit", really_exit),
    ext("process_methods::_rawDebug", raw_debug),
    ext("env::get", env_get),
    ext("env::set", env_set),
    ext("env::delete", env_delete),
    ext("env::keys", env_keys),
    ext("options::getOptionValue", get_option_value),
];

fn strings(engine: &mut Engine, texts: &[String]) -> Value {
    let values = texts.iter().map(|t| engine.heap.string(t)).collect();
    engine.heap.array(values)
}

/// Writes into `process` what only this process knows. JavaScript calls it, late: in
/// pre-execution, never while a snapshot could still be taken of the result.
///
/// Mirrors `node::PatchProcessObject`.
fn patch_process_object(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let Value::Object(process) = arg(arguments, 0) else {
        return engine.type_error("process is no object");
    };
    let options = engine.host.options.clone();
    let mut argv = vec![engine.host.exec_path.clone()];
    argv.extend(options.positional);
    let pid = f64::from(engine.host.pid);
    let exec_path = engine.host.exec_path.clone();
    let argv = strings(engine, &argv);
    let exec_argv = strings(engine, &options.exec_argv);
    let argv0 = engine.heap.string(&options.argv0);
    let exec_path = engine.heap.string(&exec_path);
    engine.heap.put(process, "argv", argv);
    engine.heap.put(process, "argv0", argv0);
    engine.heap.put(process, "execArgv", exec_argv);
    engine.heap.put(process, "execPath", exec_path);
    engine.heap.put(process, "pid", Value::Number(pid));
    Ok(Value::Undefined)
}

/// `process.env`: an object without properties of its own. Each access asks the host.
fn create_environment(engine: &mut Engine, _: Value, _: &[Value]) -> Outcome {
    let interceptor = Interceptor {
        get: engine.external("env::get"),
        set: engine.external("env::set"),
        delete: engine.external("env::delete"),
        keys: engine.external("env::keys"),
    };
    let prototype = engine.heap.intrinsic(Intrinsic::Object);
    let environment = Object::new(Kind::Intercepted(interceptor), Some(prototype));
    Ok(Value::Object(engine.heap.add(environment)))
}

fn env_get(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let key = engine.text_of(arg(arguments, 0))?;
    match engine.host.environment.get(&*key).cloned() {
        Some(value) => Ok(engine.heap.string(&value)),
        None => Ok(Value::Undefined),
    }
}

fn env_set(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let key = engine.text_of(arg(arguments, 0))?;
    let value = engine.text_of(arg(arguments, 1))?;
    engine
        .host
        .environment
        .insert(key.to_string(), value.to_string());
    Ok(Value::Undefined)
}

fn env_delete(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let key = engine.text_of(arg(arguments, 0))?;
    engine.host.environment.remove(&*key);
    Ok(Value::Bool(true))
}

fn env_keys(engine: &mut Engine, _: Value, _: &[Value]) -> Outcome {
    let keys: Vec<String> = engine.host.environment.keys().cloned().collect();
    Ok(strings(engine, &keys))
}

fn cwd(engine: &mut Engine, _: Value, _: &[Value]) -> Outcome {
    match std::env::current_dir() {
        Ok(path) => Ok(engine.heap.string(&path.to_string_lossy())),
        Err(error) => throw_io(engine, &error, "uv_cwd", None),
    }
}

fn chdir(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    super::refuse_if_isolated(engine, "change its directory")?;
    let path = engine.text_of(arg(arguments, 0))?;
    match std::env::set_current_dir(&*path) {
        Ok(()) => Ok(Value::Undefined),
        Err(error) => throw_io(engine, &error, "chdir", Some(&path)),
    }
}

fn really_exit(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let code = engine.number_of(arg(arguments, 0))?;
    Err(Abrupt::Exit(code as i32))
}

fn raw_debug(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let text = engine.text_of(arg(arguments, 0))?;
    engine.host.complain(&text);
    Ok(Value::Undefined)
}

fn get_option_value(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let name = engine.text_of(arg(arguments, 0))?;
    let options = engine.host.options.clone();
    Ok(match &*name {
        "--require" => strings(engine, &options.require),
        "--import" => strings(engine, &options.import),
        "--eval" => match options.eval {
            Some(code) => engine.heap.string(&code),
            None => Value::Undefined,
        },
        "--expose-internals" => Value::Bool(options.expose_internals),
        "--build-snapshot" => Value::Bool(options.build_snapshot),
        _ => return engine.type_error(&format!("no option {name}")),
    })
}
