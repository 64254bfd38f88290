//! `js-runtime [OPTIONS] FILE [ARGUMENTS]`: runs a program.

use event_loop::uv::Epoll;
use js_runtime::{Limits, Runtime};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// An argument that makes no sense (Node: `ExitCode::kInvalidCommandLineArgument`).
const EXIT_BAD_ARGUMENT: u8 = 9;

/// In bytes: V8's own default on a machine with 15 GiB or more.
const DEFAULT_MEMORY: usize = 4096 * 1024 * 1024;

const USAGE: &str = "\
usage: js-runtime [OPTIONS] FILE [ARGUMENTS]
  -m, --max-memory MIB   memory of the engine, in MiB (default: 4096)
  -b, --max-blocked MS   how long the loop may stand still, in ms (default: for ever)
      --narrate          tell on stderr what the loop did";

struct Arguments {
    file: PathBuf,
    rest: Vec<String>,
    limits: Limits,
    narrate: bool,
}

fn main() -> ExitCode {
    let arguments = match parse(lexopt::Parser::from_env()) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            let _ = writeln!(io::stdout(), "{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            complain(&format!("{error}; see --help"));
            return ExitCode::from(EXIT_BAD_ARGUMENT);
        }
    };
    match run(arguments) {
        // The system keeps eight bits of it.
        Ok(code) => ExitCode::from(code as u8),
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// That nobody reads it is no error: `eprintln!` would panic.
fn complain(what: &str) {
    let _ = writeln!(io::stderr(), "js-runtime: {what}");
}

fn run(arguments: Arguments) -> Result<i32, Box<dyn std::error::Error>> {
    let Arguments {
        file,
        rest,
        limits,
        narrate,
    } = arguments;
    let me = std::env::current_exe().unwrap_or_default();
    let shown = std::path::absolute(&file).unwrap_or_else(|_| file.clone());
    let names = [me, shown].map(|path| path.to_string_lossy().into_owned());
    let args = names.into_iter().chain(rest).collect();
    let mut runtime = Runtime::new(Epoll::new()?, limits, args)?;
    if narrate {
        runtime.event_loop().record();
    }
    let code = runtime.run_file(&file)?;
    if let Some(trace) = runtime.event_loop().take_trace() {
        let _ = write!(io::stderr(), "{}", trace.narrate());
    }
    Ok(code)
}

fn parse(mut parser: lexopt::Parser) -> Result<Option<Arguments>, lexopt::Error> {
    use lexopt::prelude::*;
    let (mut limits, mut narrate) = (Limits::default(), false);
    limits.memory = Some(DEFAULT_MEMORY);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('m') | Long("max-memory") => {
                let mib: usize = parser.value()?.parse()?;
                limits.memory = Some(mib.saturating_mul(1024 * 1024));
            }
            Short('b') | Long("max-blocked") => {
                limits.blocked = Some(Duration::from_millis(parser.value()?.parse()?));
            }
            Long("narrate") => narrate = true,
            Short('h') | Long("help") => return Ok(None),
            Value(file) => {
                let rest = parser
                    .raw_args()?
                    .map(|arg| arg.to_string_lossy().into_owned());
                let (file, rest) = (file.into(), rest.collect());
                return Ok(Some(Arguments {
                    file,
                    rest,
                    limits,
                    narrate,
                }));
            }
            _ => return Err(argument.unexpected()),
        }
    }
    Err("which file?".into())
}
