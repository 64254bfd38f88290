//! Programs and modules from disk (Node: lib/internal/modules/).
//!
//! Scripts, that is CommonJS, are JavaScript's own business: js/modules.js finds, caches
//! and runs them, and needs Rust to read and to compile. ES modules are the engine's:
//! it parses, links and evaluates, and asks here for names and texts.

use crate::bindings::upgrade;
use crate::engine::{Engine, Exception, Shared};
use event_loop::node::{EventLoop, Thrown};
use rquickjs::context::EvalOptions;
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Function, Module, Object, Result, Value};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::rc::{Rc, Weak};

/// What a script is wrapped in, on its own first line so that lines keep their numbers.
pub(crate) const WRAPPER: [&str; 2] = [
    "(function (exports, require, module, __filename, __dirname) { ",
    "\n})",
];

/// In bytes. Node's limit is that of V8's strings.
const LONGEST_SOURCE: u64 = 64 * 1024 * 1024;

/// Runs the main program: a script at once, a module from within a microtask.
pub(crate) fn run_main(
    event_loop: &mut EventLoop<Engine>,
    path: &Path,
) -> std::result::Result<(), Thrown<Exception>> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let path = path.to_string_lossy().into_owned();
    Engine::enter(event_loop, |engine, ctx| {
        engine.emit(ctx, ("main", path)).map(drop)
    })
}

/// A text as Node reads it: what is not UTF-8 becomes U+FFFD, a byte order mark goes, a
/// first line that starts with `#!` is a comment.
///
/// # Errors
/// Those of the system, and EFBIG: there are files without an end.
pub(crate) fn read_source(path: &str) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut file = File::open(path)?.take(LONGEST_SOURCE + 1);
    if file.read_to_end(&mut bytes)? as u64 > LONGEST_SOURCE {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(match text.strip_prefix("#!") {
        Some(rest) => format!("//{rest}"),
        None => text.to_string(),
    })
}

/// The name of an error of the system, and its words, as libuv has them (`uv_err_name`,
/// `uv_strerror`), of those that reading meets; of all others EIO.
pub(crate) fn error_code(error: &io::Error) -> (&'static str, &'static str) {
    match error.kind() {
        io::ErrorKind::NotFound => ("ENOENT", "no such file or directory"),
        io::ErrorKind::PermissionDenied => ("EACCES", "permission denied"),
        io::ErrorKind::IsADirectory => ("EISDIR", "illegal operation on a directory"),
        io::ErrorKind::NotADirectory => ("ENOTDIR", "not a directory"),
        io::ErrorKind::InvalidFilename => ("ENAMETOOLONG", "name too long"),
        io::ErrorKind::FileTooLarge => ("EFBIG", "file too large"),
        io::ErrorKind::InvalidInput => ("EINVAL", "invalid argument"),
        _ => ("EIO", "i/o error"),
    }
}

/// Throws an error with this code.
fn throw(ctx: &Ctx<'_>, code: &str, message: &str) -> rquickjs::Error {
    match rquickjs::Exception::from_message(ctx.clone(), message) {
        Ok(error) => match error.as_object().set("code", code) {
            Ok(()) => error.throw(),
            Err(error) => error,
        },
        Err(error) => error,
    }
}

fn read_or_throw(ctx: &Ctx<'_>, path: &str) -> Result<String> {
    match read_source(path) {
        // To QuickJS it is the end of the text.
        Ok(text) if text.contains('\0') => {
            let what = format!("{path}: a program cannot hold a NUL character here");
            Err(rquickjs::Exception::throw_syntax(ctx, &what))
        }
        Ok(text) => Ok(text),
        Err(error) => {
            let (code, words) = error_code(&error);
            Err(throw(ctx, code, &format!("{code}: {words}, open '{path}'")))
        }
    }
}

/// What js/modules.js needs from Rust.
pub(crate) fn bind<'js>(engine: &Engine, native: &Object<'js>) -> Result<()> {
    let ctx = native.ctx();
    native.set("wrapperLength", WRAPPER[0].len())?;
    let read = |ctx: Ctx<'js>, path: String| read_or_throw(&ctx, &path);
    native.set("readSource", Function::new(ctx.clone(), read)?)?;
    native.set(
        "realFile",
        Function::new(ctx.clone(), |path: String| real_file(Path::new(&path)))?,
    )?;
    let compile = |ctx: Ctx<'js>, source: String, name: String| {
        let mut options = EvalOptions::default();
        (options.strict, options.filename) = (false, Some(name));
        let [before, after] = WRAPPER;
        ctx.eval_with_options::<Function, _>(
            format!("{before}{source}{after}"),
            options,
        )
    };
    native.set("compile", Function::new(ctx.clone(), compile)?)?;
    let weak = Rc::downgrade(&engine.0);
    let evaluate = move |ctx: Ctx<'js>, name: String| {
        let (_, evaluation) = declare(&upgrade(&weak)?, &ctx, &name)?.eval()?;
        Ok::<_, rquickjs::Error>(evaluation)
    };
    native.set("evaluate", Function::new(ctx.clone(), evaluate)?)
}

/// The file that a path leads to, if it is one.
fn real_file(path: &Path) -> Option<String> {
    let real = std::fs::canonicalize(path)
        .ok()
        .filter(|path| !path.is_dir())?;
    real.into_os_string().into_string().ok()
}

// ANCHOR: es-modules
/// Answers the engine's questions about ES modules.
struct Files(Weak<Shared>);

pub(crate) fn set_loader(engine: &Engine) {
    let files = || Files(Rc::downgrade(&engine.0));
    engine.0.quickjs.set_loader(files(), files());
}

impl Resolver for Files {
    /// Which module does `name` mean, in the module `base`?
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        base: &str,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        let builtins: Object = upgrade(&self.0)?.internal(ctx, "builtins")?;
        let bare = name.strip_prefix("node:").unwrap_or(name);
        if builtins.contains_key(bare)? {
            return Ok(format!("node:{bare}"));
        }
        let path = name.strip_prefix("file://").unwrap_or(name);
        if !path.starts_with(['.', '/']) {
            let (code, what) = match name.strip_prefix("node:") {
                Some(_) => (
                    "ERR_UNKNOWN_BUILTIN_MODULE",
                    format!("No such built-in module: {name}"),
                ),
                None => (
                    "ERR_MODULE_NOT_FOUND",
                    format!("Cannot find package '{name}' imported from {base}"),
                ),
            };
            return Err(throw(ctx, code, &what));
        }
        let path = Path::new(base)
            .parent()
            .unwrap_or(Path::new("/"))
            .join(path);
        real_file(&path).ok_or_else(|| {
            let path = normal(&path);
            let what = format!(
                "Cannot find module '{}' imported from {base}",
                path.display()
            );
            throw(ctx, "ERR_MODULE_NOT_FOUND", &what)
        })
    }
}

impl Loader for Files {
    /// The text of the module with this name, parsed.
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        declare(&upgrade(&self.0)?, ctx, name)
    }
}
// ANCHOR_END: es-modules

fn declare<'js>(
    engine: &Engine,
    ctx: &Ctx<'js>,
    name: &str,
) -> Result<Module<'js, Declared>> {
    let builtins: Object = engine.internal(ctx, "builtins")?;
    let value: Value = match name.strip_prefix("node:") {
        Some(bare) => builtins.get(bare)?,
        None if name.ends_with(".cjs") || name.ends_with(".json") => {
            engine.internal::<Function>(ctx, "require")?.call((name,))?
        }
        None => {
            let module = Module::declare(ctx.clone(), name, read_or_throw(ctx, name)?)?;
            let meta = module.meta()?;
            meta.set("dirname", Path::new(name).parent().and_then(Path::to_str))?;
            meta.set("filename", name)?;
            meta.set("url", format!("file://{name}"))?;
            return Ok(module);
        }
    };
    let source: String = engine
        .internal::<Function>(ctx, "moduleOf")?
        .call((value.clone(),))?;
    let module = Module::declare(ctx.clone(), name, source)?;
    module.meta()?.set("value", value)?;
    Ok(module)
}

/// Without `.` and `..`, for a path that leads nowhere.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(normal.pop()),
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}
