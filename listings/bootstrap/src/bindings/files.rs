//! Binding `fs`: files by descriptor, directories by handle.

use super::{arg, ext, refuse_if_isolated, throw_io};
use crate::engine::heap::{Intrinsic, Kind, Object, Value};
use crate::engine::{Engine, External, Outcome};
use crate::host::MAX_OPEN;
use std::fs;
use std::io::{self, Read};

/// The longest file that is read whole, in bytes.
const MAX_FILE: u64 = 16 << 20;

pub const TABLE: &[External] = &[
    ext("fs::open", open),
    ext("fs::close", close),
    ext("fs::fstatSize", fstat_size),
    ext("fs::readFileUtf8", read_file),
    ext("fs::writeFileUtf8", write_file),
    ext("fs::writeString", write_string),
    ext("fs::mkdtemp", mkdtemp),
    ext("fs::rm", rm),
    ext("fs::internalModuleStat", internal_module_stat),
    ext("fs::realpath", realpath),
    ext("fs::opendir", opendir),
    ext("fs::readdirHandle", readdir_handle),
    ext("fs::closedirHandle", closedir_handle),
];

fn bad_descriptor() -> io::Error {
    io::Error::from_raw_os_error(9)
}

/// Opens a file to read it. What JavaScript gets is a number, and numbers can be put
/// into a snapshot; what the number stands for cannot.
fn open(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    refuse_if_isolated(engine, "open files")?;
    let path = engine.text_of(arg(arguments, 0))?;
    let used: Vec<i32> = engine.host.files.keys().copied().collect();
    let free = (3..).find(|fd| !used.contains(fd)).unwrap_or(i32::MAX);
    let opened = match used.len() < MAX_OPEN {
        true => fs::File::open(&*path),
        false => Err(io::Error::from_raw_os_error(24)),
    };
    match opened {
        Ok(file) => {
            engine.host.files.insert(free, file);
            Ok(Value::Number(f64::from(free)))
        }
        Err(error) => throw_io(engine, &error, "open", Some(&path)),
    }
}

fn descriptor(engine: &mut Engine, value: Value) -> Result<i32, crate::engine::Abrupt> {
    match value {
        Value::Number(fd) if fd >= 0.0 && fd.fract() == 0.0 => Ok(fd as i32),
        _ => engine.type_error("a descriptor is a number, 0 or above"),
    }
}

fn close(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let fd = descriptor(engine, arg(arguments, 0))?;
    match engine.host.files.remove(&fd) {
        Some(_) => Ok(Value::Undefined),
        None => throw_io(engine, &bad_descriptor(), "close", None),
    }
}

fn fstat_size(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let fd = descriptor(engine, arg(arguments, 0))?;
    let metadata = match engine.host.files.get(&fd) {
        Some(file) => file.metadata(),
        None => Err(bad_descriptor()),
    };
    match metadata {
        Ok(metadata) => Ok(Value::Number(metadata.len() as f64)),
        Err(error) => throw_io(engine, &error, "fstat", None),
    }
}

fn read_file(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    refuse_if_isolated(engine, "read files")?;
    let path = engine.text_of(arg(arguments, 0))?;
    let mut bytes = Vec::new();
    let read = fs::File::open(&*path)
        .and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) if bytes.len() as u64 > MAX_FILE => {
            engine.coded("ERR_FS_FILE_TOO_LARGE", "the file is larger than 16 MiB")
        }
        Ok(_) => Ok(engine.heap.string(&String::from_utf8_lossy(&bytes))),
        Err(error) => throw_io(engine, &error, "open", Some(&path)),
    }
}

fn write_file(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    refuse_if_isolated(engine, "write files")?;
    let path = engine.text_of(arg(arguments, 0))?;
    let text = engine.text_of(arg(arguments, 1))?;
    match fs::write(&*path, text.as_bytes()) {
        Ok(()) => Ok(Value::Undefined),
        Err(error) => throw_io(engine, &error, "open", Some(&path)),
    }
}

fn write_string(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let text = engine.text_of(arg(arguments, 1))?;
    match arg(arguments, 0) {
        Value::Number(1.0) => engine.host.print(&text),
        Value::Number(2.0) => engine.host.complain(text.trim_end_matches('\n')),
        _ => return throw_io(engine, &bad_descriptor(), "write", None),
    }
    Ok(Value::Number(text.len() as f64))
}

fn mkdtemp(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    refuse_if_isolated(engine, "make directories")?;
    let prefix = engine.text_of(arg(arguments, 0))?;
    loop {
        let random = (engine.host.random() * 2_176_782_336.0) as u64;
        let path = format!("{prefix}{random:06x}");
        match fs::create_dir(&path) {
            Ok(()) => return Ok(engine.heap.string(&path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return throw_io(engine, &error, "mkdtemp", Some(&path)),
        }
    }
}

/// `rm(path, recursive)`: removes a file, or a directory with all that is in it.
fn rm(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    refuse_if_isolated(engine, "remove files")?;
    let path = engine.text_of(arg(arguments, 0))?;
    let removed = match fs::symlink_metadata(&*path) {
        Ok(metadata) if metadata.is_dir() => {
            if !engine.truthy(arg(arguments, 1)) {
                let message = format!("Path is a directory: rm {path}");
                return engine.coded("ERR_FS_EISDIR", &message);
            }
            fs::remove_dir_all(&*path)
        }
        Ok(_) => fs::remove_file(&*path),
        Err(error) => Err(error),
    };
    match removed {
        Ok(()) => Ok(Value::Undefined),
        Err(error) => throw_io(engine, &error, "rm", Some(&path)),
    }
}

/// 0 for a file, 1 for a directory, below 0 for nothing. Mirrors Node's function of
/// this name, which the module loader asks so often.
fn internal_module_stat(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let path = engine.text_of(arg(arguments, 0))?;
    if engine.host.isolated {
        return Ok(Value::Number(-2.0));
    }
    Ok(Value::Number(match fs::metadata(&*path) {
        Ok(metadata) if metadata.is_dir() => 1.0,
        Ok(_) => 0.0,
        Err(_) => -2.0,
    }))
}

fn realpath(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    refuse_if_isolated(engine, "look at files")?;
    let path = engine.text_of(arg(arguments, 0))?;
    match fs::canonicalize(&*path) {
        Ok(real) => Ok(engine.heap.string(&real.to_string_lossy())),
        Err(error) => throw_io(engine, &error, "lstat", Some(&path)),
    }
}

/// Opens a directory. JavaScript gets an object that stands for what the host holds.
fn opendir(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    refuse_if_isolated(engine, "open directories")?;
    let path = engine.text_of(arg(arguments, 0))?;
    let open = engine.host.handles.iter().flatten().count();
    let opened = match open < MAX_OPEN {
        true => fs::read_dir(&*path),
        false => Err(io::Error::from_raw_os_error(24)),
    };
    match opened {
        Ok(directory) => {
            let number = engine.host.hold(directory);
            let prototype = engine.heap.intrinsic(Intrinsic::Object);
            let handle = Object::new(Kind::Handle(number), Some(prototype));
            Ok(Value::Object(engine.heap.add(handle)))
        }
        Err(error) => throw_io(engine, &error, "opendir", Some(&path)),
    }
}

fn handle(engine: &Engine, value: Value) -> Option<usize> {
    let Value::Object(id) = value else {
        return None;
    };
    match engine.heap.object(id).kind {
        Kind::Handle(number) => Some(number as usize),
        _ => None,
    }
}

/// The next name in a directory, or null.
fn readdir_handle(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let number = handle(engine, arg(arguments, 0)).unwrap_or(usize::MAX);
    let Some(Some(directory)) = engine.host.handles.get_mut(number) else {
        return throw_io(engine, &bad_descriptor(), "scandir", None);
    };
    match directory.next() {
        None => Ok(Value::Null),
        Some(Ok(entry)) => {
            let name = entry.file_name();
            Ok(engine.heap.string(&name.to_string_lossy()))
        }
        Some(Err(error)) => throw_io(engine, &error, "scandir", None),
    }
}

fn closedir_handle(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let number = handle(engine, arg(arguments, 0)).unwrap_or(usize::MAX);
    match engine.host.handles.get_mut(number) {
        Some(held @ Some(_)) => {
            *held = None;
            Ok(Value::Undefined)
        }
        _ => throw_io(engine, &bad_descriptor(), "closedir", None),
    }
}
